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
    'thabo sipho nomsa ' +
    'aadhya aafje aahana aarne aaro aarush aase aatu abhinav abhishek achim ada adela adelaida adolfo adriaan adrianna ' +
    'adrienne agathe agneta agustin aime aimee airi aitana akash akshay alana alberico albin alec aleksander aleksi ales ' +
    'alessio aletta alf alfons alfred alfredo alicia alicja alisha alissa alix alka allen alois alvin alyssa amalia aman ' +
    'amandine amaya ambrosio amie amita amitabh amol anabel anais anand anaya andree anette aniela aniket anita ' +
    'anjana ankit ankita annalisa annegret anneli annick annie annikki ansaldo anselmo antero antonella antoni anu anuj ' +
    'anupam anusha anushka apolonia araceli arend ariana arie arielle arja arjan arlene arlette armando armas arnav arne ' +
    'arnold arnoud arpita arsenio arto artur arvid arvo aryan asa asha ashish ashlee ashwin asta atharv aude aukje avani ' +
    'ayush babette balaji baptiste barbro bart basilio bastian bastien beata bedrich belen bengt benita benito benno berit ' +
    'bernabe bernadette bernardo bernhard bernice bernt bert bertha bertrand bethanie bettina bharat bhavna bhavya bhuvan ' +
    'bianka birger bjarne blanca blanka blas blazej bodo boguslaw bohumil bohumila bohuslav bonnie borja borje boudewijn ' +
    'bouwe bozena brad bradford brady brandi breanna brendan brent bretislav brett brianna bridgette britney britt britta ' +
    'brittney bryce burkhard byron calixto calvin cameron candace candelaria candice capucine carin carlota carlton ' +
    'carmela carrie carsten casper cassandra cassidy cassie cathrin cathy cayetano cecile cecilia celestino celina cenek ' +
    'cesare cezary chad chantal charlene charu chetan cheyenne christa christel christelle christer christiaan ' +
    'christiane christoph christophe cinzia clara clarence claudine claudio clayton clinton colleen connie conrad ' +
    'constanze corey corinna corinne cornelius corrie cory courtney craig cristian cristiano cristobal curt curtis ' +
    'custodia cyprian dagmar dagmara dagny dalibor dalton damian damini damon dana dane daniele danny daphne dario darlene ' +
    'darrell darren darryl darsh darshan daryl dawid deanna debby debora deepa delia denis denisa derek derrick desiree ' +
    'detlev devika devin devon dhruv dick diederik dietmar dietrich dinesh dobromila dominique donatella donato donnie ' +
    'doreen dorota dorotea dorothea dorothee doug drahomira duane dusan dustin dwayne dylano earl ebba eberhard eckhard ' +
    'eddie edeltraut edgar edna edoardo edouard edvard edwin edyta eefje eero eeva efrain egbert egon eija eila eileen ' +
    'einar eino ekkehard eladio elaine eleanor elfriede eli eliane eligio eliisa elin elina elisabeth elise eliska eliza ' +
    'ellen ellie elliot elliott eloise eloy els elsie elvira emanuele emelie emil emile emilee emilia emiliano emmanuel ' +
    'emmanuelle emmi engelbert ensio enzo epifanio erica ericka erkki erna ernest ernst erwin eryk esa espen estefania ' +
    'estelle ester ethel ettore eufemia eugen eugenia eugenie eugenio eugeniusz eunice eusebio evald evaristo everett ' +
    'evert evi evzen ewald fabien fabienne fabio fabiola fabrizio fanny farhan fausto felicia ferdinand fermin fernand ' +
    'fidel fito flavio florencio florent floris floyd folke fortunato francis franciszek franklin frans frantisek ' +
    'franz franziska freddie frederic frederick frederique fredrik freek friederike friedrich frits fritz gabi gabrielle ' +
    'gaetano gagan ganesh garima garrett gaspar gaurav gauri geert geoffrey georg georges georgina geraldine gerard gerd ' +
    'gerda gerlinde germano gerold gertrud gertrudis giacomo giancarlo gianluca gianni gijs gijsbert gilbert gino ' +
    'gioacchino giordano girish gita giulio gladys glenda glenn godofredo gopal goran gordon gottfried gotthard govind ' +
    'graciano graciela graziella greger gregoire gregor gregorio gretchen griselda guido gunilla gunnar gunvor gustaw guus ' +
    'guy gwendolyn haakon hailey hakan haley halina hampus hanna hanneke hannele hannes hanni hannu hansh harald harini ' +
    'harish harm harri harsh harsha hartmut hayley hedda hedvika hedwig heena heikki heiko heiner heini heinrich heleen ' +
    'helena helene helle helvi hema hemant henna henning henny henriette henryk herbert herman hermann herminia herta ' +
    'herwig hilario hilary hilda hildegard hilja hilkka himanshu hipolito hitesh hjalmar howard hubert hugues hynek ian ' +
    'iga ignacy iida iker ildefonso ilkka ilmari imelda indira indrani ineke inga inge ingeborg ingegerd ingemar inger ' +
    'ingvar inkeri inma iolanda irena irja irma irmeli irmgard isak isha ishaan ishita isidoro isidro isis isolde ivana ' +
    'ivar ivo iwo iwona izabela jaakko jaap jacek jacinta jacinto jackie jaclyn jacoba jade jagat jagdish jai jake jakob ' +
    'jalsa jamison jan-willem janelle jani janina janine janne janneke janusz jared jari jarmila jarmo jaromir jaroslava ' +
    'jaroslaw jarred jasmijn jasmin jaya jayant jayesh jeanette jeannie jeannine jelle jenaro jenifer jennie jeremi jerome ' +
    'jeronimo jesper jesus jesusa jhanvi jillian jimena jimmy jindrich jip jirina jitendra jitka joachim joakim joann ' +
    'joanne jochen jodi jody joel joey johana johannes johnathan johnny jolanda jolijn jon jonatan jonathon joni jonna ' +
    'jordi jordyn jorgen jorien joris jorma josefin josefine josette jouko jouni jozef juanita juha julian julianne ' +
    'julieta julius juliusz jurre justyna jyoti jytte kaare kaarina kaarlo kabir kaija kaisa kaitlin kaitlyn kaja kajal ' +
    'kajetan kajsa kalervo kalevi kalina kalpana kalyani kamala kamila kanika kapil kara karel kari karina karla karlheinz ' +
    'karlijn kartik kashvi kasper katelyn kathy katja katri katrina kauko kay kaylee kayleigh kazimierz keijo kelli kellie ' +
    'kelsey kelvin kendra kennet kerri kerry kerstin kim kimmo kinga kira kiran kirk kirsi kirsti kjell klaas klara ' +
    'knud konrad konstantin konstanty koos kornelia krish krista kristen kristi kristie kristin kristine kristoffer ' +
    'kristopher kristy kristyna kriti krystal krystian ksawery kunal kurt kvetoslava kyllikki lacey ladislav laetitia ' +
    'laila lalit lara lata latasha laure laurence lauri lazaro leandro leela leena leigh leire lennart leocadia leoncio ' +
    'leonel leopold leslie lester leszek letizia liana libor libuse lidia lieke lies liisa liliana lillemor lillian ' +
    'lindsay lindsey lino lisanne lisbeth liselotte liwia lloyd lodovico loes loredana loreto loretta lorraine lothar ' +
    'louise lubomir lubos lucille lucio lucja ludek ludvig ludwig ludwik luise luisina lupe luther luuk lydia lynn ' +
    'lynne maarit macarena maciej mackenzie madeleine madelief madeline madhav madhu madhuri magnhild mahendra mahesh ' +
    'maija makayla maks maksymilian malin malini mallory malte malwina mamta mandeep manju manoj manuela marc marcela ' +
    'marcelino marcelle marcelo marcia marcial margareta margarete margie margot margrit marguerite marian marianna ' +
    'marianne maribel marika marina marisa marisol marissa marita marja marjatta marjo marjorie mark marketa markku marko ' +
    'marla marlene marlies martial martijn martine marvin maryse massimo mathias matias mats mattias maureen maurice ' +
    'maurizio mauro maxi maximino maya mechthild meena mees megha mehul meike meinhard melanie melchor melinda melvin ' +
    'meredith merel merete merja micaela michaela micheal micheala michiel mickey mieczyslaw mieszko miia mika mikolaj ' +
    'milada mildred milena milos miloslav miloslava milton mindy minna mira miranda mirella mirja mirjam mirko miroslav ' +
    'miroslava miroslaw mirthe mitali mitchell modesto mogens mohan mohit moises mollie monica morris morten mridula mukta ' +
    'muriel myra myrtle nacho nadege nadia naina nandini narciso naresh natalio nataniel nathaniel naveen navya nazaret ' +
    'neelam neeraj nela nelson nete nicanor nicklas nicolasa nidhi niek nienke nieves niko nikodem nikol nikola nilda ' +
    'nilesh nino nirmala nitin nitya noora norbert norberto norma norman nynke octavio odalys oddvar odile oktawia olalla ' +
    'olavi oldrich ole olgierd oliwia oliwier olli ollie olof onofre ornella oskari osvaldo otakar otilia ottavio ' +
    'ottilie ottmar outi ove paavo pacifica padma paivi pallavi palle paloma pam parth parul parvati pascale patrik ' +
    'patrizia patrycja patryk patsy patti paulette pauli pauline pavan pavla pavlina payal peder pernille perrine pertti ' +
    'petri petteri phillip phyllis pierluigi piero piia pirjo pirkko piyush placido poncio porfirio poul prachi pradip ' +
    'prakash pranav prasad prashant pratibha pratik preben preeti premysl prerna priscilla priyanka przemyslaw puja pushpa ' +
    'quinten quirine rachael rachna radek radha radim radka radomir radoslaw radovan raffaele raffaella raghav ' +
    'ragnar ragnhild raija raili raimo raimund rajat rajeev rajendra rajiv rajni rakhi ramona randall rani ranjit rashmi ' +
    'ratan rauno rebeca rebecka rebekah reena regine regis reidar reijo reiner reinhard reinhild reinhold reino remedios ' +
    'renato renee renske renu reyansh rhonda ricarda richa rick ricky riikka riitta rishi risto rita ritika ritu ritva ' +
    'riya robbie robyn rocco rodney roel rogier rohit roksana roland rolando rolf romolo ronnie rosalia rosalie rosalina ' +
    'rosario rosaura roseline rosemarie rosemary roshan roshni rosi rosie rosina ross rossella rostislav roswitha roxana ' +
    'roxanne rozalia ruchi rudi rudolf rudolph rudra rudy rufina rufus ruggero rune rupa rupert ruperto russ ruy ruzena ' +
    'ryszard saanvi saara sabina sabrina sachin sadie sahil saija sakari salome samarth sameer samuli sandeep sangeeta ' +
    'sanjana sanna santeri sapna sari sarika sarita sarka satish satu saurabh saverio savita sebastiaan seema seija selena ' +
    'seppo serafin serge seth severino shalini shane shankar shannon sharad shaun shawn shawna sheetal sheila shelby ' +
    'sheldon shelia shelly sheri sherri sherry sheryl shilpa shivam shivani shobha shraddha shruti shubham shyam sibylle ' +
    'siddharth sidney siegfried siegmund siem sigfrido sigmund silas silvio simo simona simran sinikka sirkka sirpa sissel ' +
    'sixten sjaak sjoerd slawomir sneha sofie soile sona sonali sonam sonia sonja sparsh spencer srinivas stacey stacie ' +
    'stanislav stanislaw stefania steffen steffi steinar stepan stepanka stephane stig stina sture subhash sudha sudhir ' +
    'sujata suman sumit suraj surbhi surendra susanita susanna sushil sushma susie suus suzanne svante svatava svatopluk ' +
    'svea svend swen sylva sylvain sylvia sylwester sylwia synnove tabitha tadeas tadeusz tage taina taisto tamanna tamara ' +
    'tammy tania tanja tanner tanvi tanya tapani tapio tarja tarun tasha tauno tecla teemu teija tejas telmo teodoro ' +
    'teofilo teppo terje terrance terrence terri terttu teun teunis thea thelma theophile theresia thibault thijmen ' +
    'tiffani tiina tijn timothee tito tiziana toivo tola tomasa tommi tommy toni tonya topias torben tore toribio torkel ' +
    'tova tove tracey traci traudel traute travis trent trenton tricia trijntje trine trisha tristan trond trude tuija ' +
    'tullio tuomas tuomo tushar tuula tuulikki tuva tycho tymon tymoteusz tyyne uday udo ugo ulf uli ulla ulrich ulrika ' +
    'ulrike uma umberto umesh urho urmila ursel urszula urvi uta ute vaclava vaino valentin valentine valerio valero ' +
    'valtteri vandana vanessa varsha vasant vasudha veena veerle veijo veikko veit velma vendula venkat vera verena verner ' +
    'vernon vesa vicenta vicki vickie vidal vidya vieno viggo viktor viktoria viktorie vilhelm viljo ville ville-veikko ' +
    'vilma vimal vinay vincenz vineet vinicio vinod vinzenz viola vipul viraj virgilio virpi vishal vit vitezslav vittorio ' +
    'vivaan vivek vivi vivian viviana vivien vladimira vlasta vlastimil vojtech vratislav vyanjana walburga waldemar ' +
    'waltraud waltraut wanda warren wendelin wenzel wessel whitney wieslaw wieslawa wietse wilbur wilfred wilfried wilhelm ' +
    'willemijn willi willy wim winfried winifred witold wladyslaw wolfram xander xaver yamini yann yannick yara yash ylva ' +
    'yngve yogesh yolande yuvraj yvonne zachariah zacharie zaida zara zdenka zdislava zdzislaw zofie zuzana zygmunt'
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
