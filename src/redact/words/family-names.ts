import { withoutAccents } from './words.ts';

/**
 * Family names that are common somewhere, in lower case and without accents. They tell a person's name from a product's where the
 * given name is none of the common ones; words that are mostly something else (Hill, Young, King, Lake) are left out.
 */
const FAMILY_NAMES: ReadonlySet<string> = new Set(
  (
    'smith johnson williams jones davis miller wilson moore anderson thomas jackson harris thompson robinson clark ' +
    'lewis walker wright mitchell roberts turner phillips campbell evans edwards collins stewart morris rogers murphy ' +
    'richardson howard peterson ramirez watson brooks bennett hughes myers hamilton sullivan russell ' +
    'jenkins patterson simpson wallace reynolds ellis gibson mcdonald macdonald marshall ferguson nichols ' +
    'henderson cunningham fitzgerald gallagher doherty kavanagh brennan byrne nolan doyle oconnor obrien oneill osullivan ' +
    'mckenzie mackenzie fraser sinclair macleod mcleod robertson morrison davies griffiths llewellyn bevan pritchard ' +
    'whitaker whittaker atkinson hodgson dickinson robson hutchinson sutherland gallacher mcallister mclaughlin mcintyre ' +
    'garcia rodriguez martinez hernandez lopez gonzalez gonzales perez sanchez torres ramirez flores rivera gomez diaz ' +
    'reyes morales gutierrez ortiz chavez ramos ruiz alvarez mendoza vasquez vazquez castillo jimenez moreno romero herrera ' +
    'medina aguilar guzman munoz rojas salazar delgado pena rios dominguez fernandez ibanez navarro serrano molina ' +
    'castro suarez vega cabrera espinoza contreras fuentes valdez cardenas figueroa sepulveda quispe mamani huaman ' +
    'silva santos oliveira souza rodrigues ferreira alves pereira lima gomes ribeiro martins carvalho almeida lopes soares ' +
    'fernandes vieira barbosa rocha dias nascimento araujo teixeira correia moreira cardoso nogueira azevedo goncalves ' +
    'rossi russo ferrari esposito bianchi romano colombo ricci marino greco gallo conti costa giordano mancini rizzo ' +
    'lombardi moretti barbieri fontana santoro mariani rinaldi caruso ferrara galli martinelli palumbo bernardi ' +
    'muller mueller schmidt schneider fischer weber meyer meier wagner becker schulz hoffmann schafer schaefer koch bauer ' +
    'richter klein schroder schroeder neumann schwarz zimmermann braun kruger krueger hofmann hartmann lange schmitt krause ' +
    'lehmann schulze maier kohler koehler herrmann walter mayer huber kaiser fuchs scholz lang vogel gunther keller ' +
    'winkler schubert lorenz baumann dietrich steiner gruber pichler moser wieser eder brunner egger zbinden gerber ' +
    'dubois bernard durand moreau lefebvre leroy roux fournier girard bonnet dupont lambert fontaine rousseau vincent ' +
    'lefevre faure andre mercier blanc guerin boyer garnier chevalier francois legrand gauthier perrin robin clement ' +
    'morin nicolas henry roussel mathieu gautier masson marchand duval dumont lemaire meunier tremblay gagnon bouchard ' +
    'jansen janssen vries visser smit meijer mulder bakker dijk bos peters hendriks dekker dijkstra vermeulen ' +
    'peeters maes jacobs mertens willems claes goossens wouters desmet lemmens ' +
    'johansson andersson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson lindberg ' +
    'lindstrom lindqvist bergstrom lundgren hansen johansen olsen larsen andersen pedersen nielsen jensen christensen ' +
    'rasmussen jorgensen petersen madsen kristensen korhonen virtanen makinen nieminen hamalainen laine heikkinen koskinen ' +
    'nowak kowalski kowalska wisniewski wisniewska wojcik kowalczyk kaminski kaminska lewandowski lewandowska zielinski ' +
    'zielinska szymanski szymanska wozniak dabrowski dabrowska kozlowski kozlowska jankowski mazur kwiatkowski krawczyk ' +
    'novak novakova svoboda novotny novotna dvorak dvorakova cerny cerna prochazka kucera vesely horvath kovac kovacs ' +
    'nagy szabo toth varga molnar farkas balogh popescu ionescu popa radu dumitru stan stoica gheorghe ivanov ivanova ' +
    'petrov petrova dimitrov georgiev smirnov smirnova kuznetsov kuznetsova popov vasiliev sokolov mikhailov fedorov morozov ' +
    'volkov lebedev kozlov shevchenko kovalenko bondarenko tkachenko kovalchuk melnyk horvat kovacevic babic maric juric ' +
    'jovanovic petrovic nikolic markovic djordjevic stojanovic papadopoulos papadopoulou papadakis nikolaidis georgiou ' +
    'yilmaz kaya demir celik sahin yildiz yildirim ozturk aydin ozdemir arslan dogan kilic aslan cetin koc kurt ' +
    'nguyen tran pham huynh hoang phan vu dang bui ngo duong li wang zhang liu chen yang huang zhao wu zhou xu sun zhu ' +
    'guo lin luo zheng liang xie tang xu deng feng cao peng zeng xiao tian dong yuan pan jiang cai yu du ye cheng wei su lu ' +
    'ding ren shen yao zhong cui tan wong chan cheung leung lau kwok chow tsang kim lee park choi jung jeong kang cho yoon ' +
    'jang lim han shin kwon hwang ahn song ryu hong tanaka suzuki sato takahashi watanabe ito yamamoto nakamura kobayashi ' +
    'kato yoshida yamada sasaki yamaguchi matsumoto inoue kimura hayashi shimizu yamazaki mori abe ikeda hashimoto ' +
    'sharma verma gupta patel shah mehta joshi desai singh kaur kumar reddy rao iyer iyengar nair menon pillai chatterjee ' +
    'banerjee mukherjee ghosh bose das sen agarwal aggarwal jain malhotra kapoor khanna chopra bhatia arora saxena mishra ' +
    'pandey tiwari dubey trivedi chaudhary yadav thakur rajput naidu raghunathan subramanian krishnan srinivasan venkatesan ' +
    'khan ahmed hussain malik sheikh chaudhry qureshi siddiqui ansari butt bhatti perera fernando silva jayawardena ' +
    'santoso wijaya pratama saputra setiawan hidayat kusuma nugroho siregar abdullah ismail rahman ibrahim osman yusof ' +
    'dela cruz bautista villanueva aquino pangilinan mohamed ali hassan hussein farah abdi okafor okonkwo adeyemi adebayo ' +
    'ogunleye balogun nwosu eze obi mensah owusu osei boateng asante appiah mwangi kamau otieno ochieng wanjiku njoroge ' +
    'mutua kiplagat dlamini ndlovu nkosi khumalo zulu mokoena molefe mahlangu botha pretorius venter nel coetzee merwe ' +
    'elsayed mansour haddad khoury nasser saleh aziz mahmoud cohen levi levy mizrahi peretz friedman goldberg rosenberg ' +
    'kapur goldstein rothschild hosseini ahmadi karimi moradi rezaei tavakoli petrosyan sargsyan'
  ).split(' '),
);

/** The last word of a name; what stands before a hyphen in it doesn't matter. */
const LAST_WORD = /[^\s,.-]{1,32}(?=[\s.]*$)/;

/** True when the last word of `text`, a binary string, is a common family name; case and accents don't matter. */
export function endsWithFamilyName(text: string): boolean {
  const word = LAST_WORD.exec(text.slice(-40))?.[0] ?? '';
  return FAMILY_NAMES.has(withoutAccents(word).toLowerCase().replaceAll("'", ''));
}
