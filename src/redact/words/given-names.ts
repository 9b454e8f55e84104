import { withoutAccents } from './words.ts';

/**
 * Given names that are common in Europe, the Americas, India, China, Japan and the Arab world, in lower case and without
 * accents. They tell a person's name from a product's where nothing else does; words that are mostly something else
 * (Will, Mark, Summer, Paris) are left out.
 */
const GIVEN_NAMES: ReadonlySet<string> = new Set(
  (
    'james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony donald steven ' +
    'paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan ' +
    'stephen larry justin scott brandon benjamin samuel gregory alexander frank patrick raymond jack dennis jerry tyler aaron ' +
    'jose adam nathan henry douglas zachary peter kyle ethan walter noah jeremy christian keith roger terry austin sean gerald ' +
    'carl harold dylan arthur lawrence jordan jesse bryan billy bruce gabriel joe logan alan juan albert willie elijah wayne ' +
    'randy vincent mason roy ralph bobby russell bradley philip eugene louis liam oliver lucas theodore levi sebastian owen ' +
    'mateo luke isaac caleb connor evan oscar leonard stanley barry harry martin simon graham stuart nigel trevor clive neil ' +
    'colin gareth rhys hugh duncan alistair angus callum hamish ewan fergus declan cormac niall eoin padraig seamus finn ' +
    'mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly ' +
    'emily donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy kathleen angela ' +
    'shirley brenda emma anna pamela nicole samantha katherine christine helen debra rachel carolyn janet maria catherine heather ' +
    'diane olivia julie joyce victoria ruth virginia lauren kelly christina joan evelyn judith andrea hannah megan cheryl ' +
    'jacqueline martha madison teresa gloria sara janice ann kathryn abigail sophia frances jean alice judy isabella julia ' +
    'denise amber marilyn danielle beverly charlotte natalie theresa diana brittany doris kayla alexis lori marie tiffany ' +
    'ava mia amelia harper evelyn ella scarlett chloe zoe zoey layla penelope nora hazel violet aurora stella lucy claire ' +
    'caroline genevieve jenny jenna molly sally wendy fiona gemma imogen poppy phoebe siobhan aoife niamh ciara maeve ' +
    'jane jill tina gina tracy stacy leah erin holly bethany allison alison brooke paige morgan taylor casey robin jamie ' +
    'barb babs bob bill jim tom tim dan dave mike steve chris matt nick tony andy greg jeff ken ron fred ted ned hal ' +
    'sam ben alex max leo kate katie beth liz meg peggy sue debbie cindy mandy sandy becky vicky nina tara sienna rosalind ' +
    'deb amelie leanne ervin clementine kurtis glenna bridget gwen harriet edith agnes mabel ida irene iris jasmine kiara ' +
    'tyrone darnell jamal deshawn malik latoya keisha aaliyah imani dwight wesley clifford leroy marcus reginald cedric ' +
    'hans peter klaus jurgen juergen dieter manfred wolfgang helmut gunter guenter horst heinz werner gerhard bernd uwe frank ' +
    'rainer holger ralf thorsten torsten stefan andreas markus matthias sven jens lars kai dirk olaf volker detlef ' +
    'maximilian leon lukas felix jonas paul moritz tobias florian philipp fabian dominik niklas jan tim nico marcel ' +
    'ursula monika petra sabine renate karin brigitte ingrid erika gisela elke heike andrea claudia gabriele susanne birgit ' +
    'martina angelika anja katrin kathrin silke nadine sandra stefanie annette anneliese annika lena leonie johanna greta ' +
    'mathilde frieda ilse heidi liesel gudrun sigrid helga hannelore jutta anke antje maren wiebke svenja max erich otto ' +
    'jean pierre michel andre philippe rene louis alain jacques bernard marcel daniel roger robert claude henri christian ' +
    'nicolas laurent julien olivier thierry pascal sebastien guillaume antoine maxime alexandre romain clement hugo theo ' +
    'mathieu benoit arnaud gilles yves herve didier francois etienne gaston luc lucien remi cedric damien fabrice ' +
    'jeanne francoise monique catherine nathalie isabelle sylvie anne christine valerie sophie stephanie celine virginie ' +
    'aurelie camille lea manon oceane chloe margaux elodie emilie audrey delphine sandrine veronique brigitte colette ' +
    'genevieve josephine mireille odette simone solange therese yvette benedicte noemie ines juliette clemence adele ' +
    'antonio jose manuel francisco juan david javier carlos daniel miguel rafael pedro angel alejandro fernando luis sergio ' +
    'jorge alberto alvaro pablo diego adrian raul enrique ramon vicente ivan ruben oscar andres joaquin santiago eduardo ' +
    'victor mario roberto jaime ignacio marcos alfonso salvador ricardo emilio julio guillermo gonzalo nicolas mateo ' +
    'martin hector gerardo rodrigo esteban felipe arturo cesar gustavo mauricio ernesto xavier tomas ' +
    'carmen josefa isabel dolores pilar teresa rosa ana francisca laura antonia mercedes luisa concepcion elena cristina ' +
    'marta lucia raquel sofia beatriz patricia silvia rocio julia paula irene alba nuria angela encarnacion montserrat ' +
    'consuelo inmaculada yolanda margarita amparo esther susana noelia sara nerea eva veronica lorena gabriela valentina ' +
    'ximena camila daniela fernanda guadalupe alejandra mariana renata regina valeria catalina adriana maite itziar ' +
    'joao antonio manuel paulo carlos luis pedro rui jorge nuno tiago thiago diogo goncalo bruno vasco henrique mateus ' +
    'gabriel lucas rafael gustavo felipe leonardo guilherme vinicius caio murilo luana juliana mariana beatriz leticia ' +
    'larissa amanda bruna camila fernanda ines joana catarina matilde mafalda leonor carolina filipa raquel tatiana ' +
    'giuseppe giovanni antonio mario luigi francesco angelo vincenzo pietro salvatore carlo franco domenico bruno paolo ' +
    'michele giorgio aldo sergio luciano marco alessandro andrea matteo lorenzo luca davide simone federico stefano riccardo ' +
    'niccolo tommaso gabriele filippo giulia chiara francesca sara martina valentina alessia silvia elisa federica giorgia ' +
    'elena ilaria paola claudia roberta giovanna rosa angela lucia caterina carla bianca ginevra beatrice arianna serena ' +
    'jan piet kees henk johan willem cornelis hendrik gerrit dirk pieter maarten jeroen bas sander daan sem bram thijs lars ' +
    'ruben stijn niels joost wouter jasper koen femke sanne lotte anouk marieke marijke ingrid saskia esther linda maaike ' +
    'anneke wilma johanna cornelia hendrika grietje liesbeth roos fleur tess noor sophie eva ' +
    'erik lars karl anders johan per nils sven gustav oskar axel elias magnus bjorn soren niels jens henrik mikkel rasmus ' +
    'kristian olav knut leif thor odd anna astrid ingrid karin kristina birgitta linnea elsa freja freya maja sigrid ' +
    'solveig liv mette hanne kirsten camilla ida nora mikael matti juhani mikko jukka antti timo pekka aino helmi ' +
    'piotr krzysztof andrzej tomasz pawel jan michal marcin jakub adam marek lukasz grzegorz mateusz wojciech mariusz dariusz ' +
    'zbigniew jerzy kamil rafal kacper szymon filip anna maria katarzyna malgorzata agnieszka barbara ewa krystyna ' +
    'magdalena elzbieta joanna aleksandra zofia monika teresa danuta natalia karolina marta julia zuzanna wiktoria ' +
    'vaclav jiri petr josef pavel jaroslav milan zdenek ondrej jana hana lenka katerina alena lucie tereza veronika ' +
    'istvan laszlo jozsef zoltan ferenc gabor attila katalin ilona erzsebet ion andrei mihai alexandru stefan elena ioana ' +
    'ivan dmitri dmitry sergei sergey alexei alexey andrei andrey mikhail nikolai vladimir boris igor oleg pavel anton ' +
    'yuri roman maxim anastasia natalia natasha olga svetlana tatiana irina ekaterina yelena galina ludmila oksana ' +
    'georgios dimitris nikos konstantinos yannis kostas eleni katerina sofia vasiliki giorgos panagiotis ' +
    'mohammed mohamed muhammad ahmed ahmad ali omar umar hassan hussein hussain ibrahim youssef yusuf mustafa mahmoud khalid ' +
    'abdullah abdul karim rashid tariq bilal hamza ismail samir nabil rami fatima aisha khadija maryam mariam zainab ' +
    'amina layla leila noor nour hana huda salma yasmin yasmine samira rania farah mehmet emre murat ayse zeynep elif ' +
    'rahul rohan amit vijay sanjay rajesh suresh ramesh anil sunil arjun aditya vikram karan nikhil varun ravi deepak ' +
    'manish ashok pradeep rakesh mukesh ajay harpreet gurpreet manpreet arun krishna aarav vihaan priya anjali pooja neha ' +
    'divya kavita sunita lakshmi sita geeta meera nisha shreya ananya aishwarya deepika swati rekha usha ' +
    'wei ming hao jun lei qiang jie yang xin yan ying li na mei ling fang hui xiao hong jing hiroshi takashi kenji akira ' +
    'satoshi kenta yuki haruto sota daiki sakura yuko keiko aiko haruka misaki yui hana naoko minho jihoon minjun seoyeon ' +
    'jiwoo nguyen linh thanh minh anh hoang kwame kofi ama chinedu emeka ngozi amara oluwaseun ade tunde folake babajide ' +
    'thabo sipho nomsa'
  ).split(' '),
);

/** Family names of China, Japan and Korea that are common, parted by spaces. */
const EAST_ASIAN_FAMILIES =
  '王 李 张 張 刘 劉 陈 陳 杨 楊 黄 黃 赵 趙 吴 吳 周 徐 孙 孫 马 馬 朱 胡 郭 何 高 林 罗 羅 郑 鄭 梁 谢 謝 宋 唐 许 許 韩 韓 冯 邓 曹 ' +
  '彭 曾 肖 田 董 袁 潘 蒋 蔡 余 杜 叶 葉 程 苏 蘇 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 石 廖 贾 夏 韦 方 白 邹 孟 熊 秦 邱 江 尹 薛 ' +
  '佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 清水 山崎 森 池田 橋本 阿部 石川 前田 藤田 ' +
  '김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍';
const EAST_ASIAN_NAME = new RegExp(
  `^(?:${EAST_ASIAN_FAMILIES.replaceAll(' ', '|')})[ \u3000]?[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{1,3}$`,
);

/** The first word of a name; what stands behind a hyphen in it doesn't matter. */
const FIRST_WORD = /^[^\s,.-]{1,24}/;

/** True when the first word of `text`, a binary string, is a common given name; case and accents don't matter. */
export function startsWithGivenName(text: string): boolean {
  const word = FIRST_WORD.exec(text)?.[0] ?? '';
  return GIVEN_NAMES.has(withoutAccents(word).toLowerCase());
}

/** True for a family name and a given name in the scripts of China, Japan or Korea; `text` is a binary string. */
export function isEastAsianName(text: string): boolean {
  if (!/[\x80-\uffff]/.test(text)) return false;
  const unicode = /[\u0100-\uffff]/.test(text) ? text : Buffer.from(text, 'latin1').toString();
  return EAST_ASIAN_NAME.test(unicode.trim());
}
