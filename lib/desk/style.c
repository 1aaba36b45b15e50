/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * style.c - how the pages of the desk look
 *
 * Colours are those of lib/stats/style.c, light and dark; nothing is told by
 * colour alone. Tested by test_alignctl_pages.
 */
#include "lib/desk/style.h"

const char desk_style[] =
    "a{color:var(--mark)}a:focus-visible,button:focus-visible,"
    "input:focus-visible,select:focus-visible,.wide:focus-visible{"
    "outline:3px solid var(--mark);outline-offset:2px}"
    ".skip{position:absolute;left:-99rem}"
    ".skip:focus{left:.5rem;top:.5rem;background:var(--card);"
    "padding:.5rem .75rem;z-index:1}"
    /* the head */
    "header.desk{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;"
    "align-items:center;padding-top:1rem;margin-bottom:1.5rem}"
    /* as wide as the text, which a border is not */
    "header.desk::after{content:'';flex-basis:100%;padding-top:.5rem;"
    "border-bottom:1px solid var(--line)}"
    ".brand{font-weight:680}.brand a{color:var(--ink);text-decoration:none}"
    "nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:0;padding:0;"
    "list-style:none}nav a{display:inline-block;padding:.375rem 0}"
    "nav a[aria-current]{color:var(--ink);font-weight:650;"
    "text-decoration-thickness:3px}"
    "form.search{display:flex;flex-wrap:wrap;gap:.375rem;flex-basis:100%;"
    "align-items:center}.search label{font-size:.875rem;color:var(--soft);"
    "flex-basis:100%}"
    "input,select,button{font:inherit;color:var(--ink);"
    "background:var(--card);border:1px solid var(--edge);"
    "border-radius:.375rem;padding:.375rem .5rem;min-height:2.5rem;"
    "max-width:100%}"
    ".search input{width:15rem}button{background:var(--mark);"
    "color:var(--mark-ink);border-color:var(--mark);font-weight:600;"
    "padding:.375rem 1rem;cursor:pointer}"
    /* the page */
    "main h1{margin-bottom:.5rem}main h2{margin-top:2rem}"
    "main h3{margin:1.25rem 0 .25rem}main p+p{margin-top:.375rem}"
    ".in{margin-left:1.25rem}.fault{color:var(--reject);font-weight:600}"
    ".next{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:1rem 0}"
    ".todo{margin:.75rem 0;padding:0;list-style:none}"
    ".todo li{margin:0 0 .875rem}.todo p{margin:0}"
    "pre{border:1px solid var(--line);background:var(--card)}"
    /* what is recorded */
    ".members{margin:.75rem 0;border-top:1px solid var(--line)}"
    ".members>div{display:grid;grid-template-columns:9rem 1fr;gap:0 1rem;"
    "padding:.3125rem 0;border-bottom:1px solid var(--line)}"
    ".members dd{overflow-wrap:anywhere}"
    /* lists */
    ".wide{overflow-x:auto;margin:.75rem 0}"
    ".list th,.list td{text-align:left;padding:.4375rem .625rem}"
    ".list td:last-child{white-space:normal;min-width:12rem;"
    "overflow-wrap:anywhere}"
    ".list caption{font-size:.875rem}"
    ".list tbody th a{display:inline-block;padding:.125rem 0}"
    /* what is asked for */
    ".fields{display:grid;gap:.625rem 1rem;margin:0 0 .75rem;padding:0;"
    "border:0;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))}"
    ".fields label{display:block;font-size:.875rem;color:var(--soft)}"
    ".fields input,.fields select{width:100%}"
    ".fields .hint{font-size:.8125rem;color:var(--soft)}"
    "details.filter{margin:1rem 0;font-size:1rem}"
    /* a phone: a row is a card, each cell has its name before it */
    "@media screen and (max-width:40rem){.search input{flex:1;min-width:0}"
    ".members>div{grid-template-columns:1fr}.members dt{font-size:.8125rem}"
    ".list thead{position:absolute;clip-path:inset(50%)}"
    ".list,.list tbody,.list tr,.list th,.list td,.list caption{"
    "display:block}"
    ".list tr{border-bottom:1px solid var(--edge);padding:.5rem 0}"
    ".list tbody th,.list td{border:0;padding:.125rem 0;white-space:normal;"
    "overflow-wrap:anywhere;min-width:0}"
    ".list td[data-label]::before{content:attr(data-label) ': ';"
    "color:var(--soft)}}"
    /* paper */
    "@media print{nav,form,.skip,.next,details.filter{display:none}"
    "header.desk::after{display:none}header.desk{margin:0}.wide{overflow:visible}"
    ".list td,.list th{white-space:normal;overflow-wrap:anywhere}"
    "a{color:inherit}}";
