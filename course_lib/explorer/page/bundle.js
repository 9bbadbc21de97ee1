// Made by "make bundle": change page/, panels/ or hosts/ instead.
/* Holds parts of d3-array:

Copyright 2010-2023 Mike Bostock

Permission to use, copy, modify, and/or distribute this software for any purpose
with or without fee is hereby granted, provided that the above copyright notice
and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
*/
var tenTo=power=>`10${[...String(power)].map(c=>"⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`;var special=v=>Number.isNaN(v)?"NaN":v>0?
"∞":"−∞";var six=v=>Number(Math.abs(v).toPrecision(6));var round=v=>Math.round(v*(1+1e-12));var first=(size,count2)=>{const[digits,power]=size.toExponential(
5).split("e");const n=round(Number(digits)*10**(count2-1));return n===10**count2?[n/10,Number(power)+1]:[n,Number(power)]};var short=(v,whole=false)=>{if(!Number.
isFinite(v))return special(v);const size=six(v),sign=v<0?"−":"";if(size>=1e5){const[n,power]=first(size,1);return`${sign}${n===1?"":`${n}×`}${tenTo(power)}`}
const places=whole||size>=100?0:size>=9.995?1:2,parts=10**places;const rounded=round(size*parts);return(rounded?sign:"")+(rounded/parts).toFixed(places)};var long=v=>{
if(!Number.isFinite(v))return special(v);const size=six(v),sign=v<0?"−":"";if(size!==0&&(size<.001||size>=1e6)){const[n2,power2]=first(size,3);return`${sign}${(n2/
100).toFixed(2)}×${tenTo(power2)}`}const[n,power]=first(size,4);return sign+String(Number(`${n}e${power-3}`))};var tickText=v=>{const size=six(v),sign=v<0&&size?
"−":"";if(size===0||size>=.001&&size<1e5)return sign+String(size);const[digits,power]=size.toExponential().split("e");return`${sign}${digits==="1"?"":`${digits}\
×`}${tenTo(Number(power))}`};var clamp=(v,low,high)=>Math.max(low,Math.min(high,v));function ascending(a,b){return a==null||b==null?NaN:a<b?-1:a>b?1:a>=b?0:NaN}function extent(values,valueof){let min;let max;if(valueof===void 0){for(const value of values){if(value!=null){if(min===void 0){if(value>=value)min=max=value}else{
if(min>value)min=value;if(max<value)max=value}}}}else{let index=-1;for(let value of values){if((value=valueof(value,++index,values))!=null){if(min===void 0){if(value>=
value)min=max=value}else{if(min>value)min=value;if(max<value)max=value}}}}return[min,max]}function least(values,compare=ascending){let min;let defined=false;if(compare.length===1){let minValue;for(const element of values){const value=compare(element);
if(defined?ascending(value,minValue)<0:ascending(value,value)===0){min=element;minValue=value;defined=true}}}else{for(const value of values){if(defined?compare(
value,min)<0:compare(value,value)===0){min=value;defined=true}}}return min}var NS="http://www.w3.org/2000/svg";var html=(tag,className,text)=>{const node=document.createElement(tag);if(className)node.className=className;if(text!==void 0)
node.textContent=text;return node};var set=(node,attributes)=>{const known=node.courseSet??={};for(const key in attributes){const value=attributes[key];if(known[key]===
value)continue;known[key]=value;if(key==="text")node.textContent=value;else if(value===null)node.removeAttribute(key);else node.setAttribute(key,value)}return node};
var Layer=class{constructor(parent,tag,fixed={},motion=null){this.group=parent.appendChild(document.createElementNS(NS,"g"));Object.assign(this,{tag,fixed,motion,
nodes:[],used:0})}draw(attributes){let node=this.nodes[this.used];if(!node){node=this.group.appendChild(document.createElementNS(NS,this.tag));set(node,this.fixed);
this.nodes.push(node)}this.used+=1;const all={display:null,...this.fixed,...attributes};for(const key in node.courseSet)if(!(key in all))all[key]=key==="text"?"":
null;const move=this.motion?.on?this.motion.node(node,all):null;set(node,all);move?.();return node}done(){for(let i=this.used;i<this.nodes.length;i++)set(this.nodes[i],
{display:"none"});this.used=0}};var FONT=13;var ruler=null;var widths=new Map;var textWidth=(text,size=FONT,bold=false)=>{const key=`${size}${bold}${text}`;if(!widths.has(key)){ruler??=document.
createElement("canvas").getContext("2d");ruler.font=`${bold?"600 ":""}${size}px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif`;widths.set(key,
ruler.measureText(text).width)}return widths.get(key)};var widest=(texts,size,bold)=>texts.reduce((most,text)=>Math.max(most,textWidth(text,size,bold)),0);var clip=(text,width,size,measure=textWidth)=>{
if(measure(text,size)<=width)return text;let n=text.length;while(n>1&&measure(`${text.slice(0,n)}…`,size)>width)n--;return`${text.slice(0,n)}…`};var wrap=(text,width,size,measure=textWidth)=>{
const lines=[];for(const part2 of text.split("\n")){let line="";for(const word of part2.split(" ")){const longer=line?`${line} ${word}`:word;if(line&&measure(longer,
size)>width){lines.push(line);line=word}else line=longer}lines.push(line)}return lines};var roleClass=(figure,text,base)=>{const role=figure.spec.words[(text??"").
split(":")[0].trim()];return role?`${base} course-role-${role}`:base};var Panel=class{constructor(figure,spec,place){const{main,follows,sizes}=figure.spec.kinds[spec.kind];Object.assign(this,{figure,spec,place,main,follows,sizes,key:`${spec.
kind} ${place}`,last:null});this.root=html("div",`course-panel course-${spec.kind.toLowerCase()}`);this.root.style.flex=`${spec.width} 1 0`;this.canvas=this.usesCanvas?
this.root.appendChild(html("canvas")):null;this.svg=this.root.appendChild(document.createElementNS(NS,"svg"));this.svg.setAttribute("aria-hidden","true");this.title=
this.layer("text","course-title");this.build()}build(){}layer(tag,className,fixed={}){return new Layer(this.svg,tag,{class:className,...fixed},this.figure.motion)}value(field){
return this.figure.pick(this.spec[field])}array(field){const name=this.value(field);return name===null||name===void 0?null:this.figure.get(name)}part(field,axes=2){
return this.figure.chosenPart(this.array(field),axes)}texts(field){return this.figure.texts(this.spec[field])}axis(field){const name=this.value(field);return name===
null?`own ${this.place} ${field}`:JSON.stringify(name)}at(part2,field,n){const{apart:apart2,focus}=this.figure,axis=this.axis(field);if(apart2&&apart2!==this&&focus.
now[part2]?.axis==="*"&&this.value(field)!==null&&axis!==apart2.axis(part2==="row"?"rows":"cols"))return null;return focus.at(part2,axis,n)}get hidden(){return this.
value(this.main)===null}size(width,height){const[w,h]=[Math.max(1,Math.round(width)),Math.max(1,Math.round(height))];if(this.w===w&&this.h===h)return;Object.assign(
this,{w,h});set(this.svg,{width:w,height:h,viewBox:`0 0 ${w} ${h}`});if(this.canvas){const scale2=window.devicePixelRatio||1;Object.assign(this.canvas,{width:w*
scale2,height:h*scale2});Object.assign(this.canvas.style,{width:`${w}px`,height:`${h}px`})}}brush(){const context=this.canvas.getContext("2d"),scale2=this.canvas.
width/this.w;context.setTransform(scale2,0,0,scale2,0,0);context.clearRect(0,0,this.w,this.h);context.imageSmoothingEnabled=false;return context}heading(width,x=0){
const text=this.headingText(),{titled,bare}=this.figure.spec.heads;const role=this.value("role");if(text)this.title.draw({x,y:14,text:clip(text,width,FONT+.6),class:typeof role===
"string"?`course-title course-role-${role}`:"course-title"});this.title.done();const named=typeof role==="string"?role:this.figure.spec.words[(text??"").split(/[\s:,]/)[0].
toLowerCase()];set(this.root,{"data-role":named??null});if(this.kindWord)set(this.root,{"aria-label":text?`${this.kindWord}: ${text}`:this.kindWord});return text?
titled:bare}headingText(){const title=this.value("title"),array=this.follows?this.array(this.follows):null;const called=array&&array.shape.length>2?this.figure.
called:null;return called?title?`${title} · ${called}`:called:title}reachable(node,label){if(node===this.root)this.kindWord=label;set(node,{tabindex:"0",role:"\
group","aria-label":label,"data-lm-suppress-shortcuts":"true"});node.addEventListener("keydown",event=>{const move={ArrowLeft:[0,-1],ArrowRight:[0,1],ArrowUp:[-1,
0],ArrowDown:[1,0]}[event.key];if(move)this.move(...move);else if(event.key==="Home"||event.key==="End")this.move(0,event.key==="Home"?-1e6:1e6);else if(event.key===
"Enter"||event.key===" ")this.figure.pin(this.figure.focus.now);else if(event.key==="Escape")this.figure.unpin();else return;event.preventDefault();event.stopPropagation()})}move(){}pointer(find){
this.root.addEventListener("pointermove",event=>this.figure.hover(find(event)));this.root.addEventListener("pointerleave",()=>this.figure.hover(null));this.root.
addEventListener("click",event=>{const found=find(event);if(found)this.figure.pin(found)})}looker(find){this.root.addEventListener("pointermove",event=>this.look(
find(event)));this.root.addEventListener("pointerleave",()=>this.look(null))}look(i){if(i!==this.pointed){this.pointed=i;this.figure.touch(this)}}lookAt(i){this.
pointed=i;this.figure.speak=true;this.figure.touch(this)}point(event){const box=this.svg.getBoundingClientRect();return[event.clientX-box.left,event.clientY-box.
top]}finish(layers){for(const layer of layers)layer.done()}};var finite=v=>Number.isFinite(v)?v:void 0;var extremes=values=>{const[low,high]=extent(values,finite);return low===void 0?[0,1]:[low,high]};var ticks=(low,high,log,most=5)=>{
if(log){const found2=[];const[a,b]=[Math.floor(Math.log10(low)),Math.ceil(Math.log10(high))];const step2=Math.max(1,Math.ceil((b-a)/most));for(let e=a;e<=b;e+=step2)
if(10**e>=low*.999&&10**e<=high*1.001)found2.push(10**e);return found2}const rough=(high-low)/most;const power=10**Math.floor(Math.log10(rough));const step=[1,2,
5,10].map(k=>k*power).find(k=>k>=rough*.999);const found=[];for(let k=Math.ceil(low/step-1e-9);k*step<=high+1e-9*step;k++)found.push(Number((k*step).toPrecision(
12)));return found};var scale=(range,log,from,to)=>{const f=log?Math.log10:v=>v;const[a,b]=range.map(f);return v=>from+(f(v)-a)/(b-a||1)*(to-from)};var colorLimits=(palette,values,vmin,vmax)=>{
let[low,high]=extremes(values);if(palette==="diverging"){high=Math.max(Math.abs(low),Math.abs(high));low=-high}low=vmin??low;high=vmax??high;if(high>low)return[
low,high];return palette==="diverging"?[low-1,low+1]:[low,low+1]};var colorIndex=(v,low,high)=>Math.max(0,Math.min(255,Math.round((v-low)/(high-low)*255)));var luminance=(table,i)=>{
const[r,g,b]=[0,1,2].map(k=>{const v=table[i+k]/255;return v<=.04045?v/12.92:((v+.055)/1.055)**2.4});return .2126*r+.7152*g+.0722*b};var isDark=(table,i)=>{const l=luminance(
table,i);return 1.05/(l+.05)>(l+.05)/.05};var SHAPES=["circle","square","triangle","diamond"];var DASHES=["","7 4","2 3","9 3 2 3","12 4","4 4","1 4","6 2 2 2"];var shape=(kind,x,y,r)=>{if(SHAPES[kind%4]===
"square")return`M ${x-r} ${y-r} h ${2*r} v ${2*r} h ${-2*r} Z`;if(SHAPES[kind%4]==="triangle")return`M ${x} ${y-r*1.2} l ${r*1.2} ${r*2.1} h ${-2.4*r} Z`;if(SHAPES[kind%
4]==="diamond")return`M ${x} ${y-r*1.3} l ${r*1.3} ${r*1.3} l ${-r*1.3} ${r*1.3} l ${-r*1.3} ${-r*1.3} Z`;return`M ${x-r} ${y} a ${r} ${r} 0 1 0 ${2*r} 0 a ${r}\
 ${r} 0 1 0 ${-2*r} 0 Z`};var apart=(wanted,gap,low,high)=>{const order=wanted.map((_,i)=>i).sort((a,b)=>wanted[a]-wanted[b]),found=[...wanted];let last=low-gap;
for(const i of order)found[i]=last=Math.max(wanted[i],last+gap);last=high+gap;for(const i of order.reverse())found[i]=last=Math.min(found[i],last-gap);return found};
var evened=([a,b],[c,d],wide)=>{const[w,h]=[b-a,d-c],grow=(low,high,size)=>[(low+high-size)/2,(low+high+size)/2];return w/h<wide?[grow(a,b,h*wide),[c,d]]:[[a,b],
grow(c,d,w/wide)]};var Plane=class extends Panel{build(){this.grid=this.layer("line","course-grid");this.reference=this.layer("line","course-reference");this.guessed=
this.layer("line","course-guess");this.marks=this.layer(this.markTag,this.markClass);this.more=this.layer("path","course-point");this.labels=this.layer("text","\
course-axis");this.numbers=this.layer("text","course-number",{"text-anchor":"middle"});this.keys=this.layer("text","course-label");this.keyMarks=this.layer("pat\
h","course-line");this.root.addEventListener("pointermove",event=>{this.pointed=this.point(event);this.figure.touch(this)});this.root.addEventListener("pointerl\
eave",()=>{this.pointed=null;this.figure.touch(this)});this.reachable(this.root,{Bars:"bars",Curves:"curves",Points:"points"}[this.spec.kind])}move(down,right){
const spots=this.spots??[];if(!spots.length)return;this.step=clamp((this.step??-1)+right+down,0,spots.length-1);this.pointed=[spots[this.step].x,spots[this.step].
y];this.figure.speak=true;this.figure.touch(this)}plane(width,{x,y,logX,logY,xTicks,xNames,height,legend=[],shapes=false,ends=null,equal=false}){const head=this.
heading(width),room=!ends&&(legend.length>1||(legend[0]??""))?22:0;let right=width-12-(ends?ends.room:0);const beside=this.value("y_label")?20:0;if(equal)[x,y]=
evened(x,y,(right-44-beside)/(height-50));const yTicks=ticks(y[0],y[1],logY),xs=xTicks??ticks(x[0],x[1],logX,Math.max(2,Math.floor(width/62)));const left=beside+
(equal?44:widest(yTicks.map(tickText),12)+10);const names=xNames??xs.map(tickText);if(!xNames&&names.length)right=Math.min(right,width-textWidth(names.at(-1),12)/
2-2);const slant=xNames&&widest(names,12)>(right-left)/Math.max(1,names.length)-4;const foot=names.length?slant?widest(names,12)*.64+14:20:6;const top=head+room+
8,bottom=top+height-foot-30;const px=scale(x,logX,left,right),py=scale(y,logY,bottom,top);this.size(width,bottom+foot+(this.value("x_label")?20:2));for(const v of yTicks){
this.grid.draw({x1:left,x2:right,y1:py(v),y2:py(v),class:v===0?"course-grid course-zero":"course-grid"});this.labels.draw({x:left-6,y:py(v)+4,"text-anchor":"end",
transform:null,text:tickText(v),class:"course-axis course-tick"})}xs.forEach((v,i)=>{if(!xNames)this.grid.draw({x1:px(v),x2:px(v),y1:top,y2:bottom,class:v===0?"\
course-grid course-zero":"course-grid"});const[tx,ty]=[px(v)+(slant?4:0),bottom+16];this.labels.draw({x:tx,y:ty,"text-anchor":slant?"end":"middle",transform:slant?
`rotate(-40 ${tx} ${ty-4})`:null,text:names[i]})});if(this.value("x_label"))this.labels.draw({x:(left+right)/2,y:bottom+foot+15,"text-anchor":"middle",transform:null,
text:this.value("x_label")});if(this.value("y_label"))this.labels.draw({x:12,y:(top+bottom)/2,"text-anchor":"middle",transform:`rotate(-90 12 ${(top+bottom)/2})`,
text:this.value("y_label")});if(ends){const places=apart(ends.values.map(v=>clamp(Number.isFinite(v)?py(v):bottom,top,bottom)),ends.line,top,bottom);legend.forEach(
(text,i)=>this.keys.draw({x:right+7,y:places[i]+4,text,"text-anchor":"start",class:"course-label course-end",style:`fill: ${this.color(i,text)}`}))}for(const axis of[
"x","y"]){const guess=this.figure.guessFor(this.place,axis),[low,high]=axis==="x"?x:y;if(guess===null||guess<low||guess>high)continue;const at2=axis==="x"?px(guess):
py(guess);this.guessed.draw(axis==="x"?{x1:at2,x2:at2,y1:top,y2:bottom}:{x1:left,x2:right,y1:at2,y2:at2});this.keys.draw({x:axis==="x"?at2+5:right,y:axis==="x"?
top+10:at2-5,text:"your guess","text-anchor":axis==="x"?"start":"end",class:"course-label course-guess-label"})}this.guessed.done();let at=left;if(room)legend.forEach(
(text,i)=>{const solid=shapes||this.markTag==="rect",d=shapes?shape(i,at+12,head+10,5):solid?`M ${at+4} ${head+4} h 16 v 11 h -16 Z`:`M ${at} ${head+10} h 22`;this.
keyMarks.draw({d,stroke:this.color(i,text),fill:solid?this.color(i,text):"none","stroke-dasharray":!solid&&DASHES[i%DASHES.length]||null});this.keys.draw({x:at+
28,y:head+14,text,"text-anchor":"start",class:"course-label"});at+=textWidth(text)+50});return{left,right,top,bottom,px,py}}color(i,label){const roles=this.value(
"role"),named=roles?.pairs?roles.pairs.find(([of])=>of===label)?.[1]:roles;return`var(--course-${named??`series-${i%this.figure.spec.series}`})`}range(field,values,log,zero=false){
const given=this.value(field);if(given)return given;let[low,high]=extremes(log?values.filter(v=>v>0):values);if(zero)[low,high]=[Math.min(0,low),Math.max(0,high)];
if(log)return low<high?[low,high]:[low/2,high*2];const margin=(high-low||1)*.05;return[low===0&&zero?0:low-margin,high===0&&zero?0:high+margin]}near(spots){this.
spots=spots;if(!this.pointed)return null;const far=spot=>Math.hypot(spot.x-this.pointed[0],(spot.y-this.pointed[1])*.5);const nearest=least(spots,far);return nearest&&
far(nearest)<40?nearest:null}finish(){super.finish([this.grid,this.reference,this.marks,this.more,this.labels,this.numbers,this.keys,this.keyMarks])}};var Bars=class extends Plane{get markTag(){return"rect"}get markClass(){return"course-bar"}draw(width){const sizes=this.sizes,named=this.value("series"),pairs=named.
pairs??[["",named]],drawn={};const series=pairs.map(([label,name])=>{const array=this.figure.get(this.figure.pick(name)),k=array.shape[array.shape.length-1];const row2=array.
shape.length===2?Math.min(this.at("row","rows",array.shape[0])??0,array.shape[0]-1):0;return{label,values:array.shape.length?Array.from(array.data.subarray(row2*
k,row2*k+k)):[array.data[0]],whole:array.whole}});const count2=series[0].values.length,labels=this.texts("labels")??series[0].values.map((_,i)=>String(i));const[
low,high]=this.range("",series.flatMap(({values})=>values),false,true);const y=[this.value("low")??low,this.value("high")??high],every=Math.ceil(count2/Math.max(
1,Math.floor(width/sizes.label_width)));const places=labels.map((_,i)=>i).filter(i=>i%every===0);const g=this.plane(width,{x:[-.5,count2-.5],y,xTicks:places,xNames:places.
map(i=>labels[i]),height:sizes.plane,legend:series.map(({label})=>label)});const slot=(g.right-g.left)/count2,w=Math.max(1,slot*sizes.together/series.length),spots=[];
const lit=this.figure.lit(this.axis("labels"),count2);series.forEach(({label,values,whole},s)=>{drawn[label]=values;values.forEach((v,i)=>{const ok=Number.isFinite(
v),x=g.left+(i+(1-sizes.together)/2)*slot+s*w,zero=g.py(clamp(0,y[0],y[1])),at=ok?g.py(clamp(v,y[0],y[1])):zero;this.marks.draw({x,y:Math.min(at,zero),width:w*sizes.
bar,height:Math.abs(at-zero),fill:this.color(s,label),opacity:lit===null||lit===i||count2>sizes.crowd?1:.72});if(w>=sizes.number_width)this.numbers.draw({x:x+w/
2,y:v<0?at+13:at-4,text:short(v,whole)});spots.push({x:x+w/2,y:(at+zero)/2,text:`${labels[i]}${label?`, ${label}`:""}: ${long(v)}`})})});const found=this.near(spots);
if(found&&w<sizes.number_width)this.numbers.draw({x:clamp(found.x,60,width-60),y:g.top+6,text:found.text});if(found)this.said=found.text;this.finish();return drawn}};var Curves=class extends Plane{get markTag(){return"path"}get markClass(){return"course-line"}draw(width){const x=Array.from(this.array("x").data),logX=this.value(
"log_x"),logY=this.value("log_y"),drawn={};const lines=this.value("lines").pairs.map(([label,name])=>[label,Array.from(this.figure.get(this.figure.pick(name)).data)]);
const line=field=>{const v2=this.value(field);return typeof v2==="string"?this.figure.get(v2).data[0]:v2};const h=line("h_line"),v=line("v_line");const ys=lines.
flatMap(([,y])=>y).concat(h===null?[]:[h]);const given=this.value("x_range"),xr=given??(logX?this.range("",x,true):extremes(x));const yr=this.range("y_range",ys,
logY);const names=lines.map(([label])=>label),s=this.sizes,room=widest(names,12)+10;const direct=names.length>1&&names.length<=s.direct_most&&width>=s.direct_width&&
room<=s.direct_share*width;const last=y=>y.findLast((value,i)=>Number.isFinite(value)&&Number.isFinite(x[i])&&!(logY&&value<=0));const g=this.plane(width,{x:xr[0]<
xr[1]?xr:[xr[0]-1,xr[1]+1],y:yr,logX,logY,height:s.plane,legend:names,ends:direct?{values:lines.map(([,y])=>last(y)),room,line:s.direct_line}:null});const spots=[],
inside=py=>clamp(py,g.top-400,g.bottom+400);lines.forEach(([label,y],number)=>{let d="",open=false;y.forEach((value,i)=>{const ok=Number.isFinite(value)&&Number.
isFinite(x[i])&&!(logY&&value<=0)&&!(logX&&x[i]<=0);if(ok){const[a,b]=[g.px(x[i]),inside(g.py(value))];d+=`${open?"L":"M"}${a.toFixed(2)} ${b.toFixed(2)}`;spots.
push({x:a,y:b,text:`${label?`${label}: `:""}${long(value)} at ${long(x[i])}`,number})}open=ok});this.marks.draw({d,fill:"none",stroke:this.color(number,label),"\
stroke-dasharray":DASHES[number%DASHES.length]||null});drawn[label]=[x,y]});if(h!==null)this.reference.draw({x1:g.left,x2:g.right,y1:inside(g.py(h)),y2:inside(g.
py(h))});if(v!==null)this.reference.draw({x1:g.px(v),x2:g.px(v),y1:g.top,y2:g.bottom});const found=this.near(spots);if(found){this.more.draw({d:shape(0,found.x,
found.y,5),fill:this.color(found.number,names[found.number]),transform:null});this.numbers.draw({x:clamp(found.x,80,width-80),y:Math.max(g.top+10,found.y-10),text:found.
text});this.said=found.text}this.finish();return drawn}};var DotProduct=class extends Panel{build(){this.boxes=this.layer("rect","course-box",{rx:3});this.cells=this.layer("text","course-cell",{"text-anchor":"middle"});
this.labels=this.layer("text","course-label");this.results=this.layer("text","course-result")}draw(width){const s=this.sizes,left=this.part("left"),right=this.part(
"right"),across=this.value("right_axis")==="cols";const[n,d]=left.shape,m=right.shape[across?1:0];const r=Math.min(this.at("row","rows",n)??0,n-1),c=Math.min(this.
at("col","cols",m)??0,m-1);const rows=this.texts("rows"),cols=this.texts("cols");const a=Array.from(left.data.subarray(r*d,r*d+d));const b=Array.from({length:d},
(_,k)=>right.data[across?k*m+c:c*d+k]);const products=a.map((v,k)=>Math.fround(v*b[k])),result=this.part("result");const sum=result?result.data[r*m+c]:products.
reduce((x,y2)=>x+y2,0);const head=this.heading(width),name=(texts,i,word)=>texts?texts[i]:`${word} ${i}`;const leftText=`${this.value("left_label")??this.value(
"left")}: ${name(rows,r,"row")}`;const rightText=`${this.value("right_label")??this.value("right")}: ${name(cols,c,"column")}`;const margin=Math.min(widest([leftText,
rightText,"products"])+s.margin,width*s.margin_most),cw=s.cell_width,ch=s.cell_height;const fit=Math.max(1,Math.floor((width-margin-s.edge)/cw)),shown=d<=fit?d:
Math.max(1,Math.floor((width-margin-s.more)/cw));const scale2=Math.max(1e-9,...a.map(Math.abs).filter(Number.isFinite),...b.map(Math.abs).filter(Number.isFinite));
const table=this.figure.spec.palettes.diverging;[a,b,products].forEach((values,line)=>{const y2=head+line*s.line+(line===2?s.before_sum:0);this.labels.draw({x:0,
y:y2+s.text,text:clip([leftText,rightText,"products"][line],margin-20,FONT),class:roleClass(this.figure,[leftText,rightText,""][line],"course-label")});this.labels.
draw({x:margin-8,y:y2+s.text,"text-anchor":"end",text:["","×","="][line],class:"course-label"});for(let k=0;k<shown;k++){const v=values[k],i=Number.isFinite(v)?
Math.round(clamp(.5+.5*v/scale2,s.pale,s.dark)*255)*3:381;this.boxes.draw({x:margin+k*cw,y:y2,width:cw-s.between,height:ch,fill:`rgb(${table[i]},${table[i+1]},${table[i+
2]})`});this.cells.draw({x:margin+(k+.5)*cw-s.between/2,y:y2+s.text,text:short(v),fill:isDark(table,i)?"#fff":"#000","font-size":12})}if(shown<d)this.labels.draw(
{x:margin+shown*cw+2,y:y2+s.text,"text-anchor":"start",text:"…",class:"course-label"})});this.boxes.done();this.cells.done();this.labels.done();let y=head+3*s.
line+s.result;this.results.draw({x:0,y,text:shown<d?`sum of all ${d} products`:`sum of the ${d} products`,class:"course-label"});const steps=(this.value("chain")??
[]).map(([what,array])=>[what,this.figure.chosenPart(this.figure.get(this.figure.pick(array)),2)]);const column=Math.min(width-s.column_right,Math.max(widest(["\
sum of all 128 products",...steps.map(([what])=>what)])+s.column_gap,margin));this.results.draw({x:column,y,text:`= ${long(sum)}`,class:"course-result"});const after=[];
for(const[what,array]of steps){y+=s.step;const v=array.data[r*m+c];after.push(v);this.results.draw({x:0,y,text:what,class:"course-label"});this.results.draw({x:column,
y,text:`→ ${long(v)}`,class:"course-result"})}this.results.done();this.size(width,y+s.bottom);return{left:a.slice(0,shown),right:b.slice(0,shown),products:products.
slice(0,shown),sum,...after.length?{chain:after}:{}}}};var Graph=class extends Panel{build(){const height=this.sizes.box_height;this.lines=this.layer("path","course-edge");this.frames=this.layer("rect","course-pill",
{rx:6,height});this.names=this.layer("text","course-label course-strong",{"text-anchor":"middle"});this.numbers=this.layer("text","course-number",{"text-anchor":"\
middle"});this.more=this.layer("text","course-axis",{"text-anchor":"middle"});this.grounds=this.layer("rect","course-ground",{rx:3,height:17});this.messages=this.
layer("text","course-number course-strong",{"text-anchor":"middle"});this.frame=this.layer("rect","course-focus",{rx:6,height});this.reachable(this.root,"graph");
this.looker(event=>this.boxAt(event))}boxAt(event){const[x,y]=this.point(event);const i=(this.spots??[]).findIndex(spot=>Math.abs(x-spot.x)<=this.wide/2&&Math.abs(
y-spot.y)<=this.sizes.box_height/2);return i<0?null:i}move(down,right){this.lookAt(clamp((this.pointed??-1)+right+down,0,this.spots.length-1))}draw(width){const texts=this.
texts("boxes"),n=texts.length,at=this.array("at").data,label=this.value("below_label"),s=this.sizes,half=s.box_height/2;const[values,below,messages,lit,edges]=[
"values","below","messages","lit","edges"].map(field=>Array.from(this.array(field).data));const head=this.heading(width),col=i2=>at[2*i2],row2=i2=>at[2*i2+1],all=texts.
map((_,i2)=>i2);const[left,right]=extremes(all.map(col)),[top,bottom]=extremes(all.map(row2)),columns=right-left+1;const used=Math.max(width,columns*s.column_least),
wide=this.wide=Math.min(used/columns-s.between,s.box_most),step=(used-wide-2*s.edge)/Math.max(columns-1,1);this.spots=all.map(i2=>({x:(col(i2)-left)*step+wide/2+
s.edge,y:(row2(i2)-top)*s.row_height+head+half+s.edge}));this.size(used,(bottom-top)*s.row_height+head+s.box_height+s.edge+s.bottom);const whole=messages.every(
message=>!Number.isFinite(message)||Number.isInteger(message));messages.forEach((message,k)=>{const a=this.spots[edges[2*k]],b=this.spots[edges[2*k+1]],[dx,dy]=[
b.x-a.x,b.y-a.y];const clear=Math.min(wide/2/Math.max(Math.abs(dx),1e-9),half/Math.max(Math.abs(dy),1e-9)),sent=Number.isFinite(message);const near=[a.x+clear*dx,
a.y+clear*dy],far=[b.x-clear*dx,b.y-clear*dy];const[from,to]=sent?[far,near]:[near,far],angle=Math.atan2(to[1]-from[1],to[0]-from[0]);const tip=t=>`${to[0]-9*Math.
cos(angle+t)} ${to[1]-9*Math.sin(angle+t)}`;this.lines.draw({d:`M ${from[0]} ${from[1]} L ${to[0]} ${to[1]} M ${tip(.4)} L ${to[0]} ${to[1]} L ${tip(-.4)}`,class:sent?
"course-edge course-sent":"course-edge"});if(!sent)return;const text=short(message,whole),w=textWidth(text,12.5,true)+6,[x,y]=[(from[0]+to[0])/2,(from[1]+to[1])/
2-(dy?0:11)];this.grounds.draw({x:x-w/2,y:y-9,width:w});this.messages.draw({x,y:y+4,text})});const known=i2=>Number.isFinite(below[i2])?long(below[i2]):"?";all.
forEach(i2=>{const{x,y}=this.spots[i2];this.frames.draw({x:x-wide/2,y:y-half,width:wide,class:lit[i2]>0?"course-pill course-lit":"course-pill"});this.names.draw(
{x,y:y-12,text:clip(texts[i2],wide-6,FONT)});this.numbers.draw({x,y:y+6,text:long(values[i2])});this.more.draw({x,y:y+22,text:clip(`${label} ${known(i2)}`,wide-
4,12)})});const i=this.pointed??null;if(i!==null&&i<n){this.frame.draw({x:this.spots[i].x-wide/2,y:this.spots[i].y-half,width:wide});this.said=`${texts[i]}: val\
ue ${long(values[i])}, ${label} ${known(i)==="?"?"not known yet":known(i)}`}this.finish([this.lines,this.frames,this.names,this.numbers,this.more,this.grounds,this.
messages,this.frame]);return{values,below,messages,lit}}};var Heatmap=class extends Panel{get lights(){return true}get usesCanvas(){return true}build(){this.light=this.layer("rect","course-light");this.labels=this.layer(
"text","course-label");this.axes=this.layer("text","course-axis");this.read=this.layer("text","course-axis course-read");this.cells=this.layer("text","course-ce\
ll",{"text-anchor":"middle"});this.frame=this.layer("rect","course-focus");this.reachable(this.root,"heat map");this.pointer(event=>this.cellAt(event))}cellAt(event){
const g=this.geometry;if(!g)return null;const[x,y]=this.point(event);const col=Math.floor((x-g.left)/g.cw),row2=Math.floor((y-g.top)/g.ch);if(row2<0||row2>=g.n||
x>g.left+g.m*g.cw+(g.right>8?g.right:0))return null;const found={row:{axis:this.axis("rows"),i:row2}};if(col>=0&&col<g.m)found.col={axis:this.axis("cols"),i:col};
return found}move(down,right){const{n,m}=this.geometry;const row2=clamp((this.at("row","rows",n)??0)+down,0,n-1),col=clamp((this.at("col","cols",m)??0)+right,0,
m-1);this.figure.goTo({row:{axis:this.axis("rows"),i:row2},col:{axis:this.axis("cols"),i:col}})}layout(width,{n,m,rows,cols,beside,besideLabel,rowLabel,colLabel}){
const s=this.sizes,small=width<s.small,titleHeight=small&&!this.headingText()?0:this.heading(width);const left=small?0:(rows?Math.min(widest(rows,FONT,true),width*
s.row_labels)+s.row_gap:s.bare_left)+(rowLabel?s.row_label:0);let right=beside?Math.max(textWidth(besideLabel,12),s.beside)+s.beside_gap:s.bare_right;let cw=(width-
left-right)/m,slant=false;if(cols&&!small){slant=widest(cols)>Math.min(cw,s.upright_cell)-s.label_gap;if(slant){right=Math.max(right,textWidth(cols[m-1])*s.slant_wide-
s.slant_right);cw=(width-left-right)/m}}cw=Math.min(cw,s.cell_width);const upright=cols&&!small?s.col_labels:s.bare_top;const labelHeight=slant?Math.min(widest(
cols),s.slant_most)*s.slant_high+s.slant_gap:upright;const top=titleHeight+(colLabel&&!small?s.col_label:0)+labelHeight;return{n,m,left,right,top,cw,ch:Math.min(
cw,s.cell_height),slant,small,titleHeight}}draw(width){const array=this.part("array"),[n,m]=array.shape,data=array.data,s=this.sizes;const rows=this.texts("rows"),
cols=this.texts("cols"),beside=this.part("beside",1),besideLabel=this.value("beside_label")??"";const rowLabel=this.value("row_label"),colLabel=this.value("col_\
label");const g=this.geometry=this.layout(width,{n,m,rows,cols,beside,besideLabel,rowLabel,colLabel});const{left,top,cw,ch,small}=g,palette=this.value("palette");
this.size(width,top+n*ch+(small?s.bare_bottom:s.legend+s.said));const[low,high]=colorLimits(palette,data,this.value("vmin"),this.value("vmax"));this.paint(g,data,
low,high,this.figure.spec.palettes[palette]);if(this.value("numbers")!==false&&cw>=s.number_width&&ch>=s.number_height)this.write(g,data,array.whole,low,high,palette);
this.cells.done();const r=this.at("row","rows",n),c=this.at("col","cols",m),end=left+m*cw,y=top+n*ch+s.legend_text;if(!small){this.nameRowsAndColumns(g,width,rows,
cols,r,c);if(rowLabel){const middle=top+n*ch/2;this.axes.draw({x:12,y:middle,"text-anchor":"middle",transform:`rotate(-90 12 ${middle})`,text:`← ${rowLabel}`,
class:roleClass(this.figure,rowLabel,"course-axis")})}if(colLabel)this.axes.draw({x:left,y:g.titleHeight+12,"text-anchor":"start",transform:null,text:`${colLabel}\
 →`,class:roleClass(this.figure,colLabel,"course-axis")});if(beside){this.axes.draw({x:end+g.right-4,y:top-7,"text-anchor":"end",transform:null,text:g.slant?"":
besideLabel});if(g.slant)this.axes.draw({x:end+g.right-2,y,"text-anchor":"end",transform:null,text:besideLabel});for(let i=0;i<n;i++)this.labels.draw({x:end+(g.
slant?s.beside_slanted:g.right-4),y:top+(i+.5)*ch+4,"text-anchor":"end",transform:null,text:short(beside.data[i]),class:i===r?"course-label course-read course-s\
trong":"course-label course-read"})}const from=textWidth(short(low),12)+s.legend_gap;this.axes.draw({x:left+from-s.legend_gap,y,"text-anchor":"end",transform:null,
text:short(low)});this.axes.draw({x:left+from+s.legend_wide+s.legend_gap,y,"text-anchor":"start",transform:null,text:short(high)});if(r!==null&&c!==null){const name=(labels,i,word)=>labels?
labels[i]:`${word} ${i}`;this.said=`${name(rows,r,rowLabel)}, ${name(cols,c,colLabel)}: ${long(data[r*m+c])}`;this.read.draw({x:left,y:y+19,"text-anchor":"start",
text:clip(this.said,width-left,12)})}}this.labels.done();this.axes.done();this.read.done();if(r!==null)this.light.draw({x:left-1,y:top+r*ch-1,width:m*cw+2,height:ch+
2,rx:3});if(c!==null&&!small)this.light.draw({x:left+c*cw-1,y:top-1,width:cw+2,height:n*ch+2,rx:3,class:r===null?"course-light":"course-light course-faint"});this.
light.done();if(r!==null&&c!==null)this.frame.draw({x:left+c*cw,y:top+r*ch,width:cw,height:ch,rx:2});this.frame.done();return{cells:Array.from({length:n},(_,i)=>Array.
from(data.subarray(i*m,i*m+m))),...beside?{beside:Array.from(beside.data)}:{}}}write({n,m,left,top,cw,ch},data,whole,low,high,palette){const table=this.figure.spec.
palettes[palette];for(let i=0;i<n;i++)for(let j=0;j<m;j++){const v=data[i*m+j],c=Number.isFinite(v)?colorIndex(v,low,high)*3:null;this.cells.draw({x:left+(j+.5)*
cw,y:top+(i+.5)*ch+4,text:short(v,whole),fill:c===null?"currentColor":isDark(table,c)?"#fff":"#000","font-size":cw<36?10.5:cw<44?11.3:12})}}nameRowsAndColumns({
left,top,cw,ch,slant},width,rows,cols,r,c){if(rows)rows.forEach((text,i)=>this.labels.draw({x:left-7,y:top+(i+.5)*ch+4,"text-anchor":"end",transform:null,text:ch>=
9||i%Math.ceil(11/ch)===0?clip(text,width*this.sizes.row_labels,FONT):"",class:i===r?"course-label course-strong":"course-label"}));if(cols)cols.forEach((text,j)=>{
const x=left+(j+.5)*cw,y=top-7;this.labels.draw({x,y,"text-anchor":slant?"start":"middle",transform:slant?`rotate(-40 ${x} ${y})`:null,text:cw>=9||j%Math.ceil(11/
cw)===0?text:"",class:j===c?"course-label course-strong":"course-label"})})}paint(g,data,low,high,table){const{motion}=this.figure,before=this.shown,now=this.colours(
data,low,high,table);this.shown=now;motion.cancel(this);if(!motion.on||before?.length!==now.length){this.fill(g,data,now,low,high,table);return}const mixed=new Uint8ClampedArray(
now.length);motion.start(this,t=>{for(let k=0;k<now.length;k++)mixed[k]=before[k]+(now[k]-before[k])*t;this.fill(g,data,mixed,low,high,table)})}colours(data,low,high,table){
const rgba=new Uint8ClampedArray(data.length*4);for(let k=0;k<data.length;k++){const finite2=Number.isFinite(data[k]),c=finite2?colorIndex(data[k],low,high)*3:0;
rgba[k*4]=table[c];rgba[k*4+1]=table[c+1];rgba[k*4+2]=table[c+2];rgba[k*4+3]=finite2?255:0}return rgba}fill({n,m,left,top,cw,ch,small},data,rgba,low,high,table){
const s=this.sizes,context=this.brush();this.pixels??=document.createElement("canvas");Object.assign(this.pixels,{width:m,height:n});this.pixels.getContext("2d").
putImageData(new ImageData(rgba,m,n),0,0);context.drawImage(this.pixels,left,top,m*cw,n*ch);if(data.some(v=>!Number.isFinite(v))){context.fillStyle="rgba(128,12\
8,128,0.22)";context.strokeStyle="rgba(128,128,128,0.55)";context.lineWidth=1;for(let i=0;i<n;i++)for(let j=0;j<m;j++){if(Number.isFinite(data[i*m+j]))continue;
const[x,y]=[left+j*cw,top+i*ch];context.save();context.beginPath();context.rect(x,y,cw,ch);context.clip();context.fill();context.beginPath();for(let d=-ch;d<cw;d+=
7){context.moveTo(x+d,y+ch);context.lineTo(x+d+ch,y)}context.stroke();context.restore()}}if(cw>=s.gaps_from){context.globalCompositeOperation="destination-out";
context.lineWidth=1.5;context.beginPath();for(let i=1;i<n;i++){context.moveTo(left,top+i*ch);context.lineTo(left+m*cw,top+i*ch)}for(let j=1;j<m;j++){context.moveTo(
left+j*cw,top);context.lineTo(left+j*cw,top+n*ch)}context.stroke();context.globalCompositeOperation="source-over"}if(small)return;const from=left+textWidth(short(
low),12)+s.legend_gap;for(let k=0;k<s.legend_wide;k++){const c=Math.round(k/(s.legend_wide-1)*255)*3;context.fillStyle=`rgb(${table[c]},${table[c+1]},${table[c+
2]})`;context.fillRect(from+k,top+n*ch+s.legend_top,1.5,s.legend_high)}}};var Note=class extends Panel{build(){this.lines=this.layer("text","course-note")}draw(width){const s=this.sizes,head=this.heading(width-s.indent,s.indent),text=this.
texts("text").join("\n");const lines=wrap(text,width-14,14);lines.forEach((line,i)=>this.lines.draw({x:s.indent,y:head+s.first+i*s.line,text:line}));this.lines.
done();this.size(width,head+lines.length*s.line+s.bottom);return{text}}};var placed=(spots,[left,top,right,bottom],first2=-1,lines=[])=>{const taken=[...spots,...lines].map(({x,y})=>[x-4,y-4,x+4,y+4]),found=spots.map(()=>null);const meets=(a,b)=>a[0]<
b[2]&&b[0]<a[2]&&a[1]<b[3]&&b[1]<a[3];const order=spots.map((_,k)=>k).sort((a,b)=>(b===first2)-(a===first2));for(const k of order){const{x,y,w}=spots[k];for(const[
dx,dy]of[[7,-5],[-7,-5],[7,14],[-7,14]]){const from=dx>0?x+dx:x+dx-w,box=[from,y+dy-10,from+w,y+dy+3];if(box[0]<left||box[1]<top-12||box[2]>right||box[3]>bottom+
2)continue;if(taken.some((other,o)=>o!==k&&meets(box,other)))continue;taken.push(box);found[k]={x:x+dx,y:y+dy,"text-anchor":dx>0?"start":"end"};break}}return found};
var along=(spots,x0,y0)=>spots.flatMap(({x,y})=>Array.from({length:20},(_,k)=>({x:x0+(x-x0)*k/21,y:y0+(y-y0)*k/21})));var ring=({px,py})=>{const[x,y,rx,ry]=[px(
-1),py(0),px(1)-px(0),py(0)-py(1)];return`M ${x} ${y} a ${rx} ${ry} 0 1 0 ${2*rx} 0 a ${rx} ${ry} 0 1 0 ${-2*rx} 0`};var angleMarks=({px,py},a,b,size,upright)=>{
const[la,lb]=[Math.hypot(...a),Math.hypot(...b)];if(!(Math.min(la,lb)>0))return[];const dot=a[0]*b[0]+a[1]*b[1],start=Math.atan2(a[1],a[0]),turn=Math.atan2(a[0]*
b[1]-a[1]*b[0],dot),r=size*Math.min(la,lb);const arc=Array.from({length:49},(_,k)=>start+turn*k/48).map(t=>`${px(r*Math.cos(t)).toFixed(2)} ${py(r*Math.sin(t)).
toFixed(2)}`);const foot=a.map(v=>v*dot/la**2);const lines=[`M ${arc.join(" L ")}`];return upright?[...lines,`M ${px(b[0])} ${py(b[1])} L ${px(foot[0])} ${py(foot[1])}`]:
lines};var Points=class extends Plane{build(){super.build();this.guides=this.layer("path","course-guide")}get markTag(){return"path"}get markClass(){return"cour\
se-arrow"}draw(width){const sizes=this.sizes,xy=this.array("xy"),n=xy.shape[0],x=[],y=[],labels=this.texts("labels");for(let i=0;i<n;i++){x.push(xy.data[2*i]);y.
push(xy.data[2*i+1])}const arrows=this.value("arrows"),groups=this.array("groups"),groupNames=this.texts("group_names")??[];const logX=this.value("log_x"),logY=this.
value("log_y");const pad=([a,b],log)=>{const more=log?(b/a)**.08||2:(b-a||1)*.08;return log?[a/more,b*more]:[a-more,b+more]};const xr=this.value("x_range")??pad(
extremes(arrows?[...x,0]:x),logX),yr=this.value("y_range")??pad(extremes(arrows?[...y,0]:y),logY);const g=this.plane(width,{x:xr,y:yr,logX,logY,height:clamp(width*
sizes.high,sizes.plane_least,sizes.plane_most),legend:arrows&&labels?[]:groupNames,shapes:true,equal:this.value("equal")});if(this.value("circle"))this.guides.draw(
{d:ring(g),class:"course-guide course-dotted"});const angle=this.value("angle");if(angle)for(const d of angleMarks(g,...angle.map(i=>[x[i],y[i]]),sizes.arc,this.
value("perpendicular")))this.guides.draw({d,class:"course-guide"});this.guides.done();const lit=this.figure.lit(this.axis("labels"),n),spots=[];for(let i=0;i<n;i++){
if(!Number.isFinite(x[i])||!Number.isFinite(y[i]))continue;const s=groups?Math.round(groups.data[i]):0,[a,b]=[g.px(x[i]),g.py(y[i])];if(arrows){const[ox,oy]=[g.
px(0),g.py(0)],angle2=Math.atan2(b-oy,a-ox),tip=t=>`${a-9*Math.cos(angle2+t)} ${b-9*Math.sin(angle2+t)}`;this.marks.draw({d:`M ${ox} ${oy} L ${a} ${b} M ${tip(.4)}\
 L ${a} ${b} L ${tip(-.4)}`,stroke:this.color(s,groupNames[s]),"stroke-width":i===lit?3.2:1.8})}else this.more.draw({d:shape(s,a,b,i===lit?7:4.5),fill:this.color(
s,groupNames[s])});spots.push({x:a,y:b,i,text:`${labels?labels[i]:`point ${i}`}${groups&&groupNames[s]?` (${groupNames[s]})`:""}: ${long(x[i])}, ${long(y[i])}`})}
if(labels&&n<=sizes.labels_most){const places=placed(spots.map(spot=>({...spot,w:textWidth(labels[spot.i],sizes.label)})),[g.left,g.top,width,g.bottom],spots.findIndex(
({i})=>i===lit),arrows?along(spots,g.px(0),g.py(0)):[]);spots.forEach(({i},k)=>{if(places[k])this.keys.draw({...places[k],text:labels[i],class:i===lit?"course-l\
abel course-strong":"course-label","font-size":sizes.label})})}const found=this.near(spots);if(found){this.numbers.draw({x:clamp(found.x,90,width-90),y:clamp(found.
y+20,g.top+12,g.bottom-4),text:found.text});this.said=found.text}this.finish();return{xy:x.map((v,i)=>[v,y[i]])}}};var Thumbnails=class extends Panel{get usesCanvas(){return true}get namesMaps(){return true}build(){this.labels=this.layer("text","course-axis");this.light=this.
layer("rect","course-light",{rx:3});this.frame=this.layer("rect","course-focus",{rx:3});set(this.root,{tabindex:"0",role:"group","data-lm-suppress-shortcuts":"t\
rue"});this.root.addEventListener("pointermove",event=>this.figure.preview(this.mapAt(event)));this.root.addEventListener("pointerleave",()=>this.figure.preview(
null));this.root.addEventListener("click",event=>{const k=this.mapAt(event);if(k!==null)this.figure.choose(k)});this.root.addEventListener("keydown",event=>{const{
count:count2,across}=this.geometry??{count:0},at=this.figure.focus.chosenMap;const to={ArrowLeft:at-1,ArrowRight:at+1,ArrowUp:at-across,ArrowDown:at+across,Home:0,
End:count2-1,Escape:this.figure.focus.firstMap}[event.key];if(to===void 0)return;this.figure.preview(null);if(to>=0&&to<count2)this.figure.choose(to,true);event.
preventDefault();event.stopPropagation()})}get shape(){return this.array("maps").shape}get count(){return this.shape.slice(0,-2).reduce((a,b)=>a*b,1)}name(k){const labels=this.
texts("labels"),shape2=this.shape,map=this.value("map_name");if(labels)return labels[k];if(shape2.length===3)return`${map} ${k+1}`;return`${this.value("row_name")}\
 ${Math.floor(k/shape2[1])+1}, ${map} ${k%shape2[1]+1}`}mapAt(event){const g=this.geometry,[x,y]=this.point(event);const k=g?g.corners.findIndex(([left,top])=>x>=
left&&x<=left+g.w&&y>=top&&y<=top+g.h):-1;return k<0?null:k}draw(width){const s=this.sizes,{data,shape:shape2}=this.array("maps"),grid=shape2.length===4,[n,m]=shape2.
slice(-2),count2=this.count;const across=grid?shape2[1]:Math.min(shape2[0],this.value("columns")),down=Math.ceil(count2/across);const lines=grid?Array.from({length:down},
(_,i)=>`${this.value("row_name")} ${i+1}`):[];const head=this.heading(width),left=grid?widest(lines,s.text)+s.row_gap:0,gap=width/across>s.narrow?s.gap:s.gap_narrow;
const w=Math.min((width-left)/across-gap,s.map),h=w*n/m,above=grid?0:s.label,top=head+(grid?s.col_labels:0);const corners=Array.from({length:count2},(_,k)=>[left+
k%across*(w+gap),top+Math.floor(k/across)*(h+gap+above)+above]);this.geometry={corners,w,h,count:count2,across};this.size(width,top+down*(h+gap+above)+s.bottom);
const palette=this.value("palette"),table=this.figure.spec.palettes[palette];const[low,high]=colorLimits(palette,data,this.value("vmin"),this.value("vmax"));const context=this.
brush(),image=new ImageData(m,n);const pixels=Object.assign(document.createElement("canvas"),{width:m,height:n});corners.forEach(([x,y],k)=>{for(let i=0;i<n*m;i++){
const v=data[k*n*m+i],c=Number.isFinite(v)?colorIndex(v,low,high)*3:-1;for(let k3=0;k3<3;k3++)image.data[i*4+k3]=c<0?128:table[c+k3];image.data[i*4+3]=c<0?60:255}
pixels.getContext("2d").putImageData(image,0,0);context.drawImage(pixels,x,y,w,h);const name=this.name(k);if(!grid)this.labels.draw({x,y:y-4,"text-anchor":"star\
t",text:textWidth(name,s.text)<=w+s.text_slack?name:String(k+1)})});lines.forEach((line,i)=>this.labels.draw({x:left-8,y:corners[i*across][1]+h/2+4,"text-anchor":"\
end",text:line}));for(let j=0;grid&&j<across;j++){const name=`${this.value("map_name")} ${j+1}`;this.labels.draw({x:corners[j][0]+w/2,y:top-5,"text-anchor":"mid\
dle",text:textWidth(name,s.text)<=w+s.text_slack?name:String(j+1)})}const chosen=Math.min(this.figure.focus.chosenMap,count2-1),shown=Math.min(this.figure.focus.
map,count2-1);this.frame.draw({x:corners[chosen][0]-1,y:corners[chosen][1]-1,width:w+2,height:h+2});if(shown!==chosen)this.light.draw({x:corners[shown][0]-1,y:corners[shown][1]-
1,width:w+2,height:h+2});this.said=this.name(chosen);const says=shown===chosen?`shown large: ${this.said}`:`preview: ${this.name(shown)}; a click keeps it`;this.
labels.draw({x:left,y:this.h-6,"text-anchor":"start",text:clip(says,width-left,s.text)});set(this.root,{"aria-label":`${count2} maps, ${this.said} is shown larg\
e; arrow keys choose another`});this.finish([this.labels,this.light,this.frame]);const maps=corners.map((_,k)=>Array.from({length:n},(_2,i)=>Array.from(data.subarray(
(k*n+i)*m,(k*n+i+1)*m))));return{maps,chosen}}};var TokenRow=class extends Panel{get lights(){return true}build(){this.arcs=this.layer("path","course-arc");this.pills=this.layer("rect","course-pill",{rx:6});this.
words=this.layer("text","course-word",{"text-anchor":"middle"});this.numbers=this.layer("text","course-number",{"text-anchor":"middle"});this.axes=this.layer("t\
ext","course-axis");this.stops=[];this.overlay=this.root.appendChild(html("div","course-tokens"));this.pointer(event=>this.tokenAt(event))}tokenAt(event){const[
x,y]=this.point(event);const i=(this.slots??[]).findIndex(slot=>x>=slot.x-3&&x<=slot.x+slot.w+3);return i<0||y<this.line-10?null:{row:{axis:this.axis("tokens"),
i}}}move(down,right){const n=this.slots.length,i=clamp((this.at("row","tokens",n)??0)+right+down,0,n-1);this.figure.goTo({row:{axis:this.axis("tokens"),i}});this.
stops[i].focus()}draw(width){const tokens=this.texts("tokens"),n=tokens.length,weights=this.part("weights"),s=this.sizes;const head=this.heading(width);const sizes=tokens.
map(token=>Math.max(textWidth(token,s.text)+s.pad,s.least));const total=sizes.reduce((a,b)=>a+b,0),gap=clamp((width-total)/(n+1),s.gap_least,s.gap_most);const used=Math.
max(width,total+gap*(n+1));const row2=Math.min(this.at("row","tokens",n)??0,n-1);const room=weights?clamp(used*s.arcs,s.arcs_least,s.arcs_most):0,line=head+room+
(weights?s.arcs_gap:0);this.line=line;this.size(used,line+s.line+(weights?s.with_numbers:s.without_numbers));let x=(used-total-gap*(n-1))/2;this.slots=sizes.map(
w=>{const slot={x,w,mid:x+w/2};x+=w+gap;return slot});const data=weights?weights.data.subarray(row2*n,row2*n+n):null;const far=Math.max(1,...this.slots.map(slot=>Math.
abs(slot.mid-this.slots[row2].mid)));const drawn=[];this.slots.forEach((slot,j)=>{const w=data?data[j]:0,shown=Number.isFinite(w)?Math.abs(w):0;if(data){drawn.push(
w);const a=this.slots[row2].mid,b=slot.mid,up=j===row2?s.loop:s.rise+(room-s.rise_margin)*Math.sqrt(Math.abs(b-a)/far);const d=j===row2?`M ${a-s.loop_inner} ${line}\
 C ${a-s.loop_outer} ${line-up}, ${a+s.loop_outer} ${line-up}, ${a+s.loop_inner} ${line}`:`M ${a} ${line} C ${a} ${line-up*s.rise_steep}, ${b} ${line-up*s.rise_steep}\
, ${b} ${line}`;this.arcs.draw({d,"stroke-width":shown<s.faint?s.thin:s.thin+s.thick*Math.min(shown,s.heaviest),"stroke-dasharray":shown<s.faint?"2 4":null,opacity:shown<
s.faint?.35:.45+.4*Math.min(shown,1)});this.numbers.draw({x:slot.mid,y:line+s.numbers,text:short(w),class:shown>=.995/n&&shown>.1?"course-number course-strong":
"course-number"})}this.pills.draw({x:slot.x,y:line,width:slot.w,height:s.line,class:data&&j===row2?"course-pill course-chosen":"course-pill"});this.words.draw({
x:slot.mid,y:line+20,text:tokens[j],class:data&&j===row2?"course-word course-chosen":"course-word"});this.stop(j,slot,tokens[j],row2,w)});this.finish([this.arcs,
this.pills,this.words,this.numbers]);for(let j=n;j<this.stops.length;j++)this.stops[j].hidden=true;if(data){const title=this.headingText(),x2=title?textWidth(title,
13.6,true)+18:0,says=`${this.value("query_label")}: ${tokens[row2]}`;const more=`${says} (its weights stand under the tokens; thicker arc, more weight)`;this.axes.
draw({x:x2,y:14,text:x2+textWidth(more,12)<=width?more:says})}this.axes.done();return data?{weights:drawn,row:row2}:{tokens}}stop(j,slot,token,row2,weight){let stop=this.
stops[j];if(!stop){stop=this.stops[j]=this.overlay.appendChild(html("div","course-stop"));this.reachable(stop,token);set(stop,{role:"button"})}stop.hidden=false;
set(stop,{tabindex:j===row2?"0":"-1","aria-label":`${token}, weight ${long(weight)}`,style:`left:${slot.x.toFixed(1)}px;top:${this.line.toFixed(1)}px;width:${slot.
w.toFixed(1)}px;height:${this.sizes.line}px`})}};var TokenText=class extends Panel{build(){this.boxes=this.layer("rect","course-piece",{rx:4,height:24});this.words=this.layer("text","course-word",{"text-anchor":"\
middle"});this.numbers=this.layer("text","course-id",{"text-anchor":"middle"});this.axes=this.layer("text","course-axis");this.frame=this.layer("rect","course-f\
ocus",{rx:4,height:24});this.reachable(this.root,"tokens");this.looker(event=>this.tokenAt(event))}tokenAt(event){const[x,y]=this.point(event);const i=(this.slots??
[]).findIndex(slot=>x>=slot.x-2&&x<=slot.x+slot.w+2&&y>=slot.y&&y<=slot.y+40);return i<0?null:i}move(down,right){const n=this.slots.length;if(n)this.lookAt(clamp(
(this.pointed??-1)+right+down,0,n-1))}draw(width){const tokens=this.texts("tokens")??[],n=tokens.length,ids=this.array("ids")?.data,s=this.sizes;const head=this.
heading(width);let x=s.edge,y=head+s.edge;this.slots=tokens.map((token,i2)=>{const w=Math.min(width-2*s.edge,Math.max(textWidth(token,s.text)+s.pad,ids?textWidth(
String(ids[i2]),s.id)+s.id_pad:0));if(x>s.edge&&x+w>width-s.edge){x=s.edge;y+=s.line}const slot={x,y,w};x+=w+s.gap;if(token.endsWith("↵")){x=s.edge;y+=s.line}
return slot});const bottom=n?this.slots[n-1].y+s.line:y,i=this.pointed??null;this.slots.forEach((slot,j)=>{this.boxes.draw({x:slot.x,y:slot.y,width:slot.w,fill:`\
var(--course-series-${j%s.colours})`,opacity:.33});this.words.draw({x:slot.x+slot.w/2,y:slot.y+s.word,text:clip(tokens[j],slot.w-4,s.text)});if(ids)this.numbers.
draw({x:slot.x+slot.w/2,y:slot.y+s.number,text:ids[j]})});if(i!==null&&i<n){this.frame.draw({x:this.slots[i].x,y:this.slots[i].y,width:this.slots[i].w});this.said=
`token ${i+1} of ${n}: ${tokens[i]}${ids?`, id ${ids[i]}`:""}`}else this.said=n?`${n} token${n>1?"s":""}; point at one. · is a space, ↵ the end of a line`:"n\
o tokens";this.axes.draw({x:2,y:bottom+12,text:clip(this.said,width-4,12)});this.finish([this.boxes,this.words,this.numbers,this.axes,this.frame]);this.size(width,
bottom+s.bottom);return{tokens,ids:ids?Array.from(ids):[]}}};var KINDS={Bars,Curves,DotProduct,Graph,Heatmap,Note,Points,Thumbnails,TokenRow,TokenText};var Asking=class{constructor(send,say){Object.assign(this,{send,say,id:Math.random().toString(36).slice(2),asked:0,question:null,shown:null})}get waiting(){return this.
question!==null}ask(at){const key=JSON.stringify(at);if(this.shown===key&&!this.question)return;if(this.question&&performance.now()-this.question.since<2e4)return;
this.question={id:`${this.id}.${++this.asked}`,key,since:performance.now()};clearTimeout(this.patience);clearTimeout(this.despair);this.patience=setTimeout(()=>this.
say("waiting for Python…"),400);this.despair=setTimeout(()=>this.say("Python does not answer. If it is not busy, run the cell above to bring this figure to li\
fe."),15e3);this.send({kind:"ask",id:this.question.id,at})}take(content){if(content.kind!=="answer"||content.id!==this.question?.id)return false;this.shown=this.
question.key;this.question=null;this.stop();this.say("");return true}stop(){clearTimeout(this.patience);clearTimeout(this.despair)}};var FONTS="system-ui, Helvetica, Arial, sans-serif";var LOOK=["fill","stroke","stroke-width","stroke-dasharray","opacity","font-size","font-weight"];var put=(parent,tag,attributes,text)=>{
const node=parent.appendChild(document.createElementNS(NS,tag));for(const key in attributes)node.setAttribute(key,attributes[key]);if(text)node.textContent=text;
return node};var ground=node=>{while(node){const color=getComputedStyle(node).backgroundColor;if(color&&!/rgba\(.*, 0\)|transparent/.test(color))return color;node=
node.parentElement}return"#fff"};var inline=(from,to)=>{for(const child of from.children){if(child.getAttribute("display")==="none")continue;const copy=to.appendChild(
child.cloneNode(false)),look=getComputedStyle(child);for(const key of LOOK)copy.setAttribute(key,look.getPropertyValue(key));copy.removeAttribute("class");copy.
removeAttribute("style");if(child.tagName==="text")copy.textContent=child.textContent;else inline(child,copy)}};var svgText=figure=>{const frame=figure.root.getBoundingClientRect(),
style=getComputedStyle(figure.root),head=figure.spec.title?34:8,pad=12;const shown=figure.panels.filter(panel=>!panel.off),boxes=shown.map(panel=>panel.svg.getBoundingClientRect());
const top=Math.min(...boxes.map(box=>box.top));const width=Math.ceil(frame.width+2*pad),height=Math.ceil(Math.max(...boxes.map(box=>box.bottom))-top+head+2*pad);
const out=document.createElementNS(NS,"svg");for(const[key,value]of Object.entries({xmlns:NS,width,height,viewBox:`0 0 ${width} ${height}`,"font-family":FONTS}))
out.setAttribute(key,value);put(out,"title",{},figure.spec.title);put(out,"desc",{},figure.el.courseState?.alt??"");put(out,"rect",{width:"100%",height:"100%",fill:ground(
figure.root)});if(figure.spec.title)put(out,"text",{x:pad,y:pad+14,"font-size":15,"font-weight":600,fill:style.color},figure.spec.title);shown.forEach((panel,i)=>{
const x=boxes[i].left-frame.left+pad,y=boxes[i].top-top+head+pad;const part2=put(out,"svg",{x,y,width:panel.w,height:panel.h,color:style.color});if(panel.canvas)
put(part2,"image",{width:panel.w,height:panel.h,href:panel.canvas.toDataURL("image/png")});inline(panel.svg,part2)});return{text:new XMLSerializer().serializeToString(
out),width,height}};var download=(figure,blob,ending)=>{const link=html("a"),url=URL.createObjectURL(blob);const name=(figure.spec.name||figure.spec.title||"fig\
ure").replace(/[^\w.-]+/g,"-");Object.assign(link,{href:url,download:`${name}.${ending}`});document.body.appendChild(link);link.click();link.remove();setTimeout(
()=>URL.revokeObjectURL(url),1e4)};var saveSvg=figure=>download(figure,new Blob([svgText(figure).text],{type:"image/svg+xml"}),"svg");var savePng=figure=>{const{
text,width,height}=svgText(figure),image=new Image;image.onload=()=>{const canvas=html("canvas");Object.assign(canvas,{width:width*2,height:height*2});canvas.getContext(
"2d").drawImage(image,0,0,width*2,height*2);canvas.toBlob(blob=>download(figure,blob,"png"),"image/png")};image.src=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(
text)}`};var buildBar=figure=>{const bar=figure.root.appendChild(html("div","course-bar"));bar.appendChild(html("div","course-heading",figure.spec.title));bar.appendChild(
html("div","course-pin","pinned · Esc lets go"));const status=set(bar.appendChild(html("div","course-status")),{role:"status"});const menu=bar.appendChild(html(
"details","course-menu"));const summary=menu.appendChild(html("summary","course-button","⋯"));set(summary,{"aria-label":`menu of this figure: ${figure.spec.title}`,
title:"reset, save, numbers","data-lm-suppress-shortcuts":"true"});const list=menu.appendChild(html("div","course-list"));const close=()=>{menu.open=false};const button=(text,label,action)=>{
const node=set(list.appendChild(html("button","course-button",text)),{type:"button",title:label,"data-lm-suppress-shortcuts":"true"});node.addEventListener("cli\
ck",()=>{close();summary.focus();if(figure.veiled&&text!=="Reset")figure.say("Guess first: the picture is still hidden.");else action()})};if(figure.spec.controls.
length)button("Reset","all controls back to where they stood at first",()=>figure.reset());button("Numbers as a table","the numbers that the picture shows, as a\
 table below it",()=>figure.table.toggle());if(figure.spec.predict)button("Ask me again","hide the data and ask the question once more",()=>figure.askAgain());button(
"Save as PNG","save the picture as a PNG file",()=>savePng(figure));button("Save as SVG","save the picture as an SVG file",()=>saveSvg(figure));menu.addEventListener(
"keydown",event=>{if(event.key==="Escape"){close();summary.focus()}event.stopPropagation()});menu.addEventListener("focusout",event=>{if(event.relatedTarget&&!menu.
contains(event.relatedTarget))close()});return status};var QUIET={"data-lm-suppress-shortcuts":"true"};var count=0;var KINDS2={Slider(control,id,put2){const input=set(html("input"),{type:"range",id,min:0,max:control.
size-1,step:1,...QUIET});const value=set(html("output","course-value"),{for:id});value.style.minWidth=`${Math.min(12,Math.max(...control.labels.map(text=>text.length)))}\
ch`;input.addEventListener("input",()=>put2(Number(input.value),false));return{parts:[input,value],show(index){input.value=index;input.style.setProperty("--part",
control.size>1?index/(control.size-1):0);value.textContent=control.labels[index];input.setAttribute("aria-valuetext",control.labels[index])}}},Choice(control,id,put2){
const select=set(html("select"),{id,...QUIET});for(const text of control.labels)select.appendChild(html("option","",text));select.addEventListener("change",()=>put2(
select.selectedIndex,true));return{parts:[select],show(index){select.selectedIndex=index}}},Switch(control,id,put2){const input=set(html("input"),{type:"checkbo\
x",role:"switch",id,...QUIET}),value=html("span","course-value");input.addEventListener("change",()=>put2(Number(input.checked),true));return{parts:[input,value],
show(index){input.checked=Boolean(index);value.textContent=control.labels[Number(index)]}}},Steps(control,id,put2){const group=set(html("div","course-steps"),{role:"\
radiogroup","aria-label":control.label}),inputs=[];control.labels.forEach((text,i)=>{const label=group.appendChild(html("label","course-step"));const input=set(
label.appendChild(html("input")),{type:"radio",name:id,...i===0?{id}:{},...QUIET});label.appendChild(html("span","",text));input.addEventListener("change",()=>put2(
i,true));inputs.push(input)});const play=set(html("button","course-button course-play"),{type:"button",...QUIET});const state={at:0,timer:null};const stop=()=>{
clearInterval(state.timer);state.timer=null;tell()};const tell=()=>set(play,{text:state.timer?"❚❚":"▶",title:state.timer?"stop":"play the steps","aria-lab\
el":state.timer?`stop: ${control.label}`:`play: ${control.label}`});const next=()=>{if(state.at>=control.size-1||!play.isConnected)stop();else put2(state.at+1,true)};
play.addEventListener("click",()=>{if(state.timer){stop();return}state.timer=setInterval(next,1300);tell();if(state.at>=control.size-1)put2(0,true);else next()});
group.addEventListener("pointerdown",stop);group.addEventListener("keydown",stop);tell();return{parts:[group,play],stop,show(index){state.at=index;inputs[index].
checked=true}}},TextInput(control,id,put2){const input=set(html("input"),{type:"text",id,spellcheck:"false",autocomplete:"off",...QUIET});input.addEventListener(
"input",()=>put2(input.value,false));input.addEventListener("keydown",event=>event.stopPropagation());return{parts:[input],show(text){if(input.value!==text)input.
value=text}}}};var Controls=class{constructor(parent,specs,put2){this.root=parent.appendChild(html("div","course-controls"));this.root.hidden=specs.length===0;this.
made={};for(const control of specs){const id=`course-control-${count+=1}`,kind=KINDS2[control.kind];const made=kind(control,id,(value,glide)=>put2(control.name,
value,glide));const box=this.root.appendChild(html("div",`course-control course-${control.kind.toLowerCase()}`));const label=box.appendChild(html(control.kind===
"Steps"?"div":"label","course-name",control.label));if(control.kind==="Steps")set(label,{"aria-hidden":"true"});else set(label,{for:id});const line=box.appendChild(
html("div","course-track"));for(const part2 of made.parts)line.appendChild(part2);this.made[control.name]=made}}show(name,value){this.made[name].show(value)}rest(still){
this.root.inert=still;this.root.classList.toggle("course-resting",still)}stop(){for(const name in this.made)this.made[name].stop?.()}};var Focus=class{constructor([row2,col,map]){this.original={row:{axis:"*",i:row2},col:{axis:"*",i:col}};this.now=this.original;this.resting=null;this.pinned=false;
this.firstMap=map??0;this.chosenMap=this.firstMap;this.pointedMap=null;this.version=0}hover(found){const rest=this.resting??this.original;return this.pinned?false:
this.to(found?{...rest,...found}:rest)}goTo(found){this.resting={...this.now,...found};return this.to(this.resting,true)}pin(found){const next={...this.now,...found};
const same=this.pinned&&JSON.stringify(next)===JSON.stringify(this.now);this.pinned=!same;this.resting=same?null:next;return this.to(next,true)}unpin(){this.pinned=
false;this.resting=null;return this.to(this.original)}to(next,always=false){if(JSON.stringify(next)===JSON.stringify(this.now)&&!always)return false;this.now=next;
this.version+=1;return true}at(part2,axis,n){const focus=this.now[part2];if(!focus||focus.axis!=="*"&&focus.axis!==axis)return null;return focus.i<n?focus.i:focus.
axis==="*"?n-1:null}get map(){return this.pointedMap??this.chosenMap}preview(k){if(this.pointedMap===k)return false;this.pointedMap=k;this.version+=1;return true}choose(k){
this.chosenMap=k;this.version+=1}};var DURATION=250;var NUMBER=/-?\d+(?:\.\d+)?(?:e-?\d+)?/g;var MOVES=new Set(["x","y","width","height","x1","y1","x2","y2","cx","cy","r","opacity","stroke-width",
"d"]);var ease=t=>t<.5?2*t*t:1-2*(1-t)**2;var between=(from,to)=>{const[a,b]=[String(from),String(to)];if(a===b||a.replace(NUMBER,"#")!==b.replace(NUMBER,"#"))return null;
const starts=(a.match(NUMBER)??[]).map(Number),ends=(b.match(NUMBER)??[]).map(Number);if(!starts.length)return null;return t=>{let k=0;return b.replace(NUMBER,()=>{
const i=k++;return String(starts[i]+(ends[i]-starts[i])*t)})}};var Motion=class{constructor(now=()=>performance.now(),next=f=>requestAnimationFrame(f),calm=()=>matchMedia(
"(prefers-reduced-motion: reduce)").matches){Object.assign(this,{now,next,calm,wanted:false,on:false,moves:new Map})}want(glide){this.wanted=glide&&!this.calm()}begin(){
this.on=this.wanted;this.wanted=false}end(){this.on=false}node(node,attributes){const known=node.courseSet??{};if(known.display!==null||"text"in attributes&&attributes.
text!==known.text)return null;const moves=[];for(const key in attributes){if(!MOVES.has(key)||known[key]===attributes[key]||known[key]===void 0||known[key]===null)
continue;const way=between(node.getAttribute(key),attributes[key]);if(way)moves.push([key,way])}if(!moves.length)return null;return()=>this.start(node,t=>{for(const[
key,way]of moves)if(node.courseSet[key]===attributes[key])node.setAttribute(key,t<1?way(t):attributes[key])})}start(key,paint){this.moves.set(key,{paint,since:this.
now()});paint(0);if(this.running)return;this.running=true;const tick=()=>{for(const[moved,{paint:each,since}]of this.moves){const t=Math.min(1,(this.now()-since)/
DURATION);each(t<1?ease(t):1);if(t>=1)this.moves.delete(moved)}if(this.moves.size)this.next(tick);else this.running=false};this.next(tick)}cancel(key){this.moves.
delete(key)}};var isRight=(predict,guess)=>Math.abs(guess-predict.answer)<=predict.margin;var verdict=(predict,guess)=>{const name=v=>predict.choices?predict.choices[v]:long(
v);const praise=predict.choices?"✓ That is right.":`✓ Close: it is ${name(predict.answer)}.`;return`You guessed: ${name(guess)}. ${isRight(predict,guess)?praise:
`It is: ${name(predict.answer)}.`} ${predict.explain}`};var refusal=({low,high},text)=>{if(text.trim()===""||!Number.isFinite(Number(text)))return"Type a number\
 first: your best guess will do.";if(Number(text)<low||Number(text)>high)return`It lies between ${long(low)} and ${long(high)}: guess in that range.`;return""};
var Veil=class{constructor(figure){const{predict}=figure.spec;this.predict=predict;this.root=figure.root.appendChild(html("div","course-predict"));this.root.hidden=
!predict;if(!predict)return;this.root.appendChild(html("div","course-question",predict.question));this.guesses=this.root.appendChild(html("div","course-guesses"));
this.verdict=this.root.appendChild(html("div","course-verdict"));set(this.verdict,{"aria-live":"polite"});if(predict.choices)predict.choices.forEach((text,i)=>this.
button(text,()=>figure.guess(i)));else this.askForNumber(figure);this.guesses.appendChild(html("span","course-axis-text","What it shows appears once you have gu\
essed."))}button(text,action){const node=this.guesses.appendChild(html("button","course-button",text));set(node,{type:"button","data-lm-suppress-shortcuts":"tru\
e"});node.addEventListener("click",action)}askForNumber(figure){const{low,high}=this.predict,input=this.guesses.appendChild(html("input"));set(input,{type:"numb\
er",min:low,max:high,step:"any","aria-label":"your guess","data-lm-suppress-shortcuts":"true"});const go=()=>{const refused=refusal(this.predict,input.value);this.
verdict.textContent=refused;if(refused)input.focus();else figure.guess(Number(input.value))};input.addEventListener("keydown",event=>{event.stopPropagation();if(event.
key==="Enter")go()});this.guesses.appendChild(html("span","course-axis-text",`from ${long(low)} to ${long(high)}`));this.button("This is my guess",go)}ask(){this.
guesses.hidden=false;this.verdict.textContent=""}answered(guess){const had=this.guesses.contains(document.activeElement);this.guesses.hidden=true;this.verdict.textContent=
verdict(this.predict,guess);if(had){set(this.verdict,{tabindex:"-1"});this.verdict.focus({preventScroll:true})}}};var bytes=view=>view instanceof ArrayBuffer?view.slice(0):view.buffer.slice(view.byteOffset,view.byteOffset+view.byteLength);var Store=class{constructor(packed){
this.names=Object.fromEntries(packed.names.map((name,i)=>[name,i]));this.width=packed.names.length;this.entries=packed.entries;this.numbers=new Float32Array(bytes(
packed.buffer));this.index=new Int32Array(bytes(packed.index))}get(row2,name){const column=this.names[name];const id=column===void 0?-1:this.index[row2*this.width+
column];if(id<0||id===void 0)return null;const entry=this.entries[id];if(entry.shape&&!entry.data){const size=entry.shape.reduce((a,b)=>a*b,1);entry.data=this.numbers.
subarray(entry.offset,entry.offset+size);entry.whole=entry.data.every(v=>Number.isInteger(v)||!Number.isFinite(v))}entry.id=id;return entry}};var part=(array,axes,k)=>{
if(!array||array.shape.length<=axes)return array;const shape2=array.shape.slice(array.shape.length-axes),size=shape2.reduce((a,b)=>a*b,1);const at=Math.min(k,array.
data.length/size-1);return{...array,shape:shape2,data:array.data.subarray(at*size,(at+1)*size)}};var rowOf=controls=>controls.reduce((sum,[size,index])=>sum*size+
index,0);var written=value=>typeof value==="number"?long(value):value===null?"not a number":String(value);var row=(cells,tag,first2)=>{const line=html("tr");if(first2!==
void 0)set(line.appendChild(html("th","",first2)),{scope:"row"});for(const value of cells)line.appendChild(html(tag,"",written(value)));return line};var tableOf=(caption,drawn,rows,cols)=>{
const table=html("table");table.appendChild(html("caption","",caption));const body=html("tbody");for(const[name,value]of Object.entries(drawn)){if(!Array.isArray(
value))body.appendChild(row([value],"td",name||"value"));else if(!Array.isArray(value[0]))body.appendChild(row(value,"td",name||"values"));else{if(cols&&cols.length===
value[0].length){const head=table.appendChild(html("thead")).appendChild(row(cols,"th"));head.prepend(html("td"))}value.forEach((numbers,i)=>body.appendChild(row(
[numbers].flat(3),"td",rows?.[i]??`${name} ${i+1}`)))}}table.appendChild(body);return table};var Table=class{constructor(figure){this.figure=figure;this.root=set(
figure.root.appendChild(html("div","course-table")),{tabindex:"0",role:"region","aria-label":"the numbers of this figure"});this.root.hidden=true}toggle(){this.
root.hidden=!this.root.hidden;this.fill();if(!this.root.hidden)this.root.focus()}fill(){if(this.root.hidden)return;const{figure}=this,drawn=figure.el.courseDrawn;
this.root.replaceChildren(...figure.panels.filter(panel=>!panel.off&&drawn[panel.key]).map(panel=>tableOf(panel.headingText()||panel.spec.kind,drawn[panel.key],
panel.texts("rows")??panel.texts("labels"),panel.texts("cols"))))}};var LiveFigure=class{constructor(model,el){Object.assign(this,{model,el,spec:model.get("spec"),listeners:[]});this.root=el.appendChild(html("div","course-figure"));
set(this.root,{role:"figure"});this.focus=new Focus(this.spec.focus);this.motion=new Motion;this.status=buildBar(this);this.controls=new Controls(this.root,this.
spec.controls,(name,value,glide)=>this.put(name,value,glide));this.asking=new Asking(content=>this.send(content),text=>this.say(text));this.veil=new Veil(this);
this.body=this.root.appendChild(html("div","course-body"));this.error=this.root.appendChild(html("pre","course-error"));this.error.hidden=true;this.table=new Table(
this);this.live=this.root.appendChild(html("div","course-live"));set(this.live,{"aria-live":"polite"});this.panels=this.spec.panels.map((spec,i)=>new KINDS[spec.
kind](this,spec,i));this.apart=this.panels.find(({spec})=>spec.kind==="DotProduct");this.layOut();el.courseDrawn={};el.courseFigure=this;this.takeStore();this.listen(
"change:data change:mode",()=>{this.takeStore();this.changed()});this.listen("change:guess",()=>this.showGuess());for(const{name}of this.spec.controls)this.listen(
`change:at_${name}`,()=>{this.showControl(name);this.changed()});this.listen("msg:custom",(content,buffers)=>this.answer(content,buffers));this.sizes=new ResizeObserver(
()=>this.schedule());this.sizes.observe(this.body);for(const{name}of this.spec.controls)this.showControl(name);this.showGuess();this.changed()}layOut(){for(const row2 of this.
spec.layout){const line=this.body.appendChild(html("div","course-row"));for(const item of row2){const width=Math.max(...item.map(i=>this.spec.panels[i].width));
const cell=line.appendChild(html("div","course-column"));cell.style.flex=`${width} 1 0`;if(this.panels.length<=24)cell.style.minWidth=`${Math.min(300,640/row2.length)}\
px`;for(const i of item)cell.appendChild(this.panels[i].root)}}}listen(event,handler){this.model.on(event,handler);this.listeners.push([event,handler])}destroy(){
for(const[event,handler]of this.listeners)this.model.off(event,handler);this.sizes.disconnect();this.asking.stop();this.controls.stop();cancelAnimationFrame(this.
next)}index(name){return this.tried?.name===name?this.tried.index:Number(this.model.get(`at_${name}`))}valueOf(control){return control.kind==="TextInput"?this.model.
get(`at_${control.name}`):this.index(control.name)}stand(){return Object.fromEntries(this.spec.controls.map(control=>[control.name,this.valueOf(control)]))}showControl(name){
this.controls.show(name,this.valueOf(this.spec.controls.find(control=>control.name===name)))}mixed(names){return rowOf(names.map(name=>[this.spec.controls.find(
c=>c.name===name).size,this.index(name)]))}takeStore(){if(this.model.get("data")?.names){this.store=new Store(this.model.get("data"));this.version=(this.version??
0)+1}}get mode(){return this.model.get("mode")}get row(){return this.mode==="frames"?this.mixed(this.spec.axes):0}pick(field){return field&&field.pick!==void 0?
field.options[this.index(field.pick)]:field??null}get(name){return this.store.get(this.row,name)}texts(field){const value=this.pick(field);if(value===null)return null;
const texts=typeof value==="string"?this.get(value)?.text:value;return texts===void 0||texts===null?null:typeof texts==="string"?[texts]:texts}changed(){if(this.
mode==="ask")this.asking.ask(this.stand());this.schedule()}answer(content,buffers){if(!this.asking.take(content))return;this.store=new Store({...content,buffer:buffers[0],
index:buffers[1]});this.version+=1;this.schedule();this.asking.ask(this.stand())}send(content){try{this.model.send(content)}catch(error){this.say("Python is not\
 running: the picture cannot follow")}}save(){try{this.model.save_changes()}catch(error){}}say(text){this.status.textContent=text}put(name,value,glide=false){this.
motion.want(glide);this.model.set(`at_${name}`,value);this.save()}reset(){this.controls.stop();this.motion.want(true);for(const control of this.spec.controls)this.
model.set(`at_${control.name}`,control.start);this.save();this.choose(this.focus.firstMap);this.unpin();this.changed()}hover(found){this.moved(this.focus.hover(
found))}goTo(found){this.speak=true;this.moved(this.focus.goTo(found))}pin(found){this.speak=true;this.moved(this.focus.pin(found))}unpin(){this.moved(this.focus.
unpin())}preview(k){this.moved(this.focus.preview(k))}choose(k,speak=false){this.speak||=speak;this.focus.choose(k);this.moved(true)}moved(changed){this.root.classList.
toggle("course-pinned",this.focus.pinned);if(changed)this.schedule()}get called(){const panel=this.panels.find(({namesMaps})=>namesMaps);return panel&&panel.name(
Math.min(this.focus.map,panel.count-1))}chosenPart(array,axes){return part(array,axes,this.focus.map)}lit(axis,n){return this.panels.some(({lights})=>lights)&&this.
focus.now.row.axis!=="*"?this.focus.at("row",axis,n):null}touch(panel){panel.last=null;this.schedule()}schedule(){this.next??=requestAnimationFrame(()=>{this.next=
null;this.draw()})}draw(){if(!this.store||!this.root.isConnected||this.root.clientWidth===0)return;const error=this.store.get(this.row,"error")?.text;this.error.
hidden=!error;this.body.hidden=Boolean(error);if(error){this.error.textContent=`No picture at these values.

${error}`;this.el.courseDrawn={};this.describe();return}this.paint();this.table.fill();this.describe();this.keepHeight()}paint(){for(const panel of this.panels){
const off=panel.hidden;if(off!==panel.off){panel.off=off;panel.root.hidden=off}if(off)delete this.el.courseDrawn[panel.key]}const shown=this.panels.filter(panel=>!panel.
off).map(panel=>[panel,Math.floor(panel.root.clientWidth)]);const due=shown.filter(([panel,width])=>width>=4&&this.signature(panel,width)!==panel.last);if(due.length)
this.motion.begin();for(const[panel,width]of due){panel.last=this.signature(panel,width);try{this.el.courseDrawn[panel.key]=panel.draw(width)}catch(failed){console.
error(failed);this.error.hidden=false;this.error.textContent=`${panel.key}: ${failed}`}}this.motion.end()}keepHeight(){const width=this.body.clientWidth;if(width!==
this.roomAt){this.roomAt=width;this.room=0;this.body.style.minHeight="";this.untried=this.mode==="frames"?this.spec.controls.filter(control=>control.kind!=="Sli\
der"&&control.kind!=="TextInput"&&control.size<=12).flatMap(({name,size})=>Array.from({length:size},(_,index)=>({name,index}))):[];if(this.mode!=="frames")this.
roomAt=null}this.grow();if(this.untried.length)(window.requestIdleCallback??setTimeout)(()=>this.tryOne())}grow(){const height=this.body.offsetHeight;if(height>
this.room){this.room=height;this.body.style.minHeight=`${height}px`}}tryOne(){const tried=this.untried.pop();if(!tried||this.veiled||!this.root.isConnected||this.
motion.wanted||this.next)return;const before=this.index(tried.name);if(tried.index!==before){const kept={...this.el.courseDrawn};this.tried=tried;try{this.paint();
this.grow()}finally{this.tried=null}this.paint();Object.assign(this.el.courseDrawn,kept)}if(this.untried.length)(window.requestIdleCallback??setTimeout)(()=>this.
tryOne())}signature(panel,width){const parts=[width,this.mode,this.mode==="frames"?0:this.version,this.focus.version];const add=value=>{value=this.pick(value);if(Array.
isArray(value))value.forEach(item=>Array.isArray(item)||typeof item==="string"||item?.pick?add(item):parts.push(item));else if(value?.pairs)value.pairs.forEach(
([,item])=>add(item));else if(typeof value==="string")parts.push(value,this.get(value)?.id??"");else parts.push(value)};for(const field in panel.spec)add(panel.
spec[field]);return parts.join("|")}describe(){const name=this.mode==="frames"?`alt ${this.mixed(this.spec.picked)}`:"alt",{focus}=this;const alt=this.store.get(
this.row,name)?.text??this.spec.title;set(this.root,{"aria-label":this.veiled?`${this.spec.title}. What it shows is hidden until you have guessed.`:alt});this.el.
courseState={at:this.stand(),mode:this.mode,alt,focus:focus.now,pinned:focus.pinned,map:focus.map,chosen:focus.chosenMap,waiting:this.asking.waiting,painted:performance.
now()};if(this.speak){this.speak=false;const panel=this.panels.find(({root})=>root.contains(document.activeElement));this.live.textContent=`${panel?.said??document.
activeElement?.getAttribute("aria-label")??""}${focus.pinned?", pinned":""}`}}guess(guess){if(!this.veiled)return;this.model.set("guess",guess);this.save();this.
send({kind:"guess",guess});this.showGuess()}askAgain(){this.model.set("guess",null);this.save();this.showGuess()}guessFor(place,axis){const{predict}=this.spec,guess=this.
model.get("guess")??null;return predict?.mark&&guess!==null&&predict.mark[0]===place&&predict.mark[1]===axis?guess:null}get veiled(){return Boolean(this.spec.predict)&&
(this.model.get("guess")??null)===null}showGuess(){this.body.classList.toggle("course-veiled",this.veiled);this.body.inert=this.veiled;this.controls.rest(this.veiled);
if(this.spec.predict){if(this.veiled)this.veil.ask();else this.veil.answered(this.model.get("guess"))}for(const panel of this.panels)panel.last=null;this.schedule()}};var render=({model,el})=>{const figure=new LiveFigure(model,el);return()=>figure.destroy()};var bytes2=text=>Uint8Array.from(atob(text),c=>c.charCodeAt(0)).buffer;var PageModel=class{constructor(state,remembered){this.state={...state,guess:null};this.heard=
{};this.remembered=remembered;const guess=this.recall();if(guess!==null)this.state.guess=guess}get(name){return this.state[name]}set(name,value){if(this.state[name]===
value)return;this.state[name]=value;if(name==="guess")this.keep(value);for(const handler of this.heard[`change:${name}`]??[])handler()}on(names,handler){for(const name of names.
split(" "))(this.heard[name]??=[]).push(handler)}off(names,handler){for(const name of names.split(" "))this.heard[name]=(this.heard[name]??[]).filter(other=>other!==
handler)}save_changes(){}send(){}keep(guess){try{localStorage.setItem(this.remembered,JSON.stringify(guess))}catch(error){}}recall(){try{return JSON.parse(localStorage.
getItem(this.remembered))}catch(error){return null}}};var mount=(el,packed)=>{const{spec,data}=packed,stand=Object.fromEntries(spec.controls.map(control=>[`at_${control.
name}`,control.start]));const model=new PageModel({spec,mode:"frames",data:{...data,buffer:bytes2(data.buffer),index:bytes2(data.index)},...stand},`course: ${spec.
name}`);return new LiveFigure(model,el)};var mountAll=document2=>{for(const script of document2.querySelectorAll("script[data-course-figure]")){const el=document2.
getElementById(script.dataset.courseFigure);el.replaceChildren();mount(el,JSON.parse(script.textContent))}};var hosts_default={render,mount,mountAll};export{hosts_default as default};
