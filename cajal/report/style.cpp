// The page's style sheet.
#include "cajal/plot/colours.h"
#include "cajal/report/internal/html.h"

namespace cajal::report::internal {
namespace {

constexpr const char* page_style = R"css(
:root{color-scheme:light;--back:#f6f7f9;--card:#fff;--ink:#1d2433;--muted:#5b6475;--line:#dfe3ea;--link:#005d94;
--good:#00734f;--advice:#8a5a00;--warning:#b04300;--good-back:#e8f5ef;--advice-back:#fdf3dd;--warning-back:#fdece2}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--back:#0f1116;--card:#161920;--ink:#e7eaf0;
--muted:#a0a8b6;--line:#2c323e;--link:#7cc4f0;--good:#4fd1a5;--advice:#f0c060;--warning:#ff9d66;--good-back:#12261f;
--advice-back:#29220f;--warning-back:#2c1b11}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--back);color:var(--ink);line-height:1.55;overflow-wrap:break-word;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
header,main,footer{max-width:62rem;margin:0 auto;padding:0 1rem}
header{padding-top:2rem}
h1{font-size:clamp(1.6rem,5vw,2.3rem);line-height:1.15;margin:0 0 .4rem}
h2{font-size:1.3rem;margin:0 0 .8rem;line-height:1.25}
h3{font-size:1rem;margin:1.4rem 0 .5rem}
p{margin:.5rem 0;max-width:46rem}
a{color:var(--link)}
.result{font-size:clamp(1.05rem,3.4vw,1.25rem);max-width:44rem}
.date,figcaption,.note{color:var(--muted);font-size:.87rem}
nav{margin:1rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:.35rem 0}
.facts{display:flex;flex-wrap:wrap;gap:.6rem;margin:1.2rem 0 0;padding:0}
.facts div{flex:1 1 8.4rem;max-width:15rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.6rem .8rem}
.facts dt{color:var(--muted);font-size:.8rem}
.facts dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
section{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:1.2rem;margin:1.2rem 0}
.findings{list-style:none;margin:1.2rem 0 0;padding:0;display:grid;gap:.6rem}
.findings li{border-left:.3rem solid;border-radius:.4rem;padding:.6rem .9rem}
.findings strong{display:block}
.findings span{color:var(--ink)}
.good{border-color:var(--good)!important;background:var(--good-back);color:var(--good)}
.advice{border-color:var(--advice)!important;background:var(--advice-back);color:var(--advice)}
.warning{border-color:var(--warning)!important;background:var(--warning-back);color:var(--warning)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.8rem 1.5rem;align-items:start}
figure{margin:0}
.chart svg{display:block;margin:0 auto;width:100%;max-width:28rem!important}
.chart figcaption{text-align:center;margin:.2rem 0 .8rem}
.network{display:flex;flex-wrap:wrap;gap:1.2rem 2rem;align-items:flex-start}
.network.large{display:block}
.network>.scroll{flex:0 1 auto;max-width:100%;margin:0 auto}
.network>.beside{flex:1 1 20rem;min-width:0}
.scroll,.wide{overflow-x:auto;max-width:100%}
.diagram{display:block;height:auto}
.fits .diagram{max-width:100%}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.4rem,1fr));gap:.9rem .7rem;margin:.6rem 0}
.pictures.large{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}
.pictures img{display:block;max-width:100%;height:auto;image-rendering:pixelated;border-radius:.25rem;
border:1px solid var(--line)}
.pictures figcaption{line-height:1.3;margin-top:.25rem;color:var(--ink);font-size:.82rem}
table{border-collapse:collapse;font-size:.87rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--muted);font-weight:600}
.n{text-align:right}
details{margin:.6rem 0}
summary{cursor:pointer;color:var(--link);padding:.3rem 0;font-size:.9rem}
pre{background:var(--back);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;overflow-x:auto;
font-size:.84rem;line-height:1.45;margin:.5rem 0}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre.command{white-space:pre-wrap;overflow-wrap:anywhere}
footer{color:var(--muted);font-size:.85rem;padding-bottom:2rem}
@media(max-width:30rem){section{padding:1rem .8rem;margin:.8rem -.4rem}.pictures{grid-template-columns:repeat(auto-fill,minmax(5.4rem,1fr))}
td,th{padding-right:.6rem}}
@media print{@page{margin:15mm}:root{--back:#fff}body{font-size:10pt}nav,summary{display:none}header{padding-top:0}
header,main,footer{max-width:none;padding:0}section{border:0;border-top:1px solid var(--line);border-radius:0;padding:.8rem 0 0;margin:.8rem 0}
figure,tr,.findings li,.facts,.network{break-inside:avoid}h2,h3,section>p,.note{break-after:avoid}.scroll,.wide,pre{overflow:visible}
pre{white-space:pre-wrap}.diagram{max-width:100%;max-height:17cm;width:auto}.chart svg{max-width:9cm!important}
.paper::details-content{content-visibility:visible;height:auto}.pictures{grid-template-columns:repeat(auto-fill,minmax(2cm,1fr))}.pictures figcaption{font-size:7.5pt}
.charts{grid-template-columns:repeat(2,1fr)}
a{color:inherit;text-decoration:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

}  // namespace

std::string style() { return plot::style_sheet() + page_style; }

}  // namespace cajal::report::internal
