import { type ClassifyKey, isSureOfNothing, type KeyRule, ruleApplies } from '../words/key-rule.ts';
import { RULES } from '../rules.ts';
import {
  CARE,
  type Care,
  careOf,
  CARES,
  type Container,
  ID_DIGITS,
  MAX_UNREAD,
  openContainer,
  Questions,
  signsOf,
} from './json-container.ts';
import { joinedPassword, passwordBehind } from './commands.ts';
import {
  columnsOf,
  isContact,
  isNoCell,
  nextPart,
  NO_TABLE,
  listOf,
  namesProperty,
  tableIn,
  type TablePart,
} from './json-tables.ts';
import { isOperation, MAYBE_SECRET_DATA, nameInLabel, optionRule, pathRule, SECRET_DATA, titleRule } from './naming.ts';
import {
  documentRule,
  entryRule,
  idRule,
  isValueRole,
  nameOfCode,
  type PairRole,
  pairRule,
  SIGN_IN,
  SIGN_IN_PARAM,
} from './pairs.ts';

/** What may come next in a JSON text. */
export const NEXT = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, commaOrEnd: 5 } as const;
/** One of {@link NEXT}. */
export type Next = (typeof NEXT)[keyof typeof NEXT];

/** Where in the grammar of JSON (RFC 8259) a walk is, and what the names around say about the next value. */
export class JsonState {
  readonly #classifyHeader: ClassifyKey;
  readonly #stack: Container[] = [];
  readonly #questions = new Questions();
  #container: Container | undefined;
  next: Next = NEXT.value;
  /** What holds for the next value. */
  key: KeyRule | undefined;
  care: Care = CARE.none;
  /** The role of the member whose name was read last. */
  role: PairRole | undefined;
  /** True before the first value. */
  atStart = true;

  constructor(classifyHeader: ClassifyKey) {
    this.#classifyHeader = classifyHeader;
  }

  /** The innermost open array or object. */
  get container(): Container | undefined {
    return this.#container;
  }

  /** How many arrays and objects are open. */
  get depth(): number {
    return this.#stack.length;
  }

  /** True when a value may stand here. */
  get expectsValue(): boolean {
    return this.next === NEXT.value || this.next === NEXT.valueOrEnd;
  }

  /** True when the next value is the first of a list. */
  get isFirst(): boolean {
    return this.next === NEXT.valueOrEnd;
  }

  /** True when the name of a member may stand here. */
  get expectsName(): boolean {
    return this.next === NEXT.key || this.next === NEXT.keyOrEnd;
  }

  /** True when the next value may be replaced by what a member behind it says: its name, or the type of a document. */
  get mayBeNamedLater(): boolean {
    const { role } = this;
    if (role === undefined || this.#container === undefined) return false;
    const isValue = this.#isValue(role);
    if (!isValue && role !== 'docnumber') return false;
    this.#readNames(this.#container);
    if (!isValue) return this.#container.document === undefined;
    return !this.isNamed(this.#container);
  }

  /** True when a member has told what an object calls. */
  knowsMethod(container: Container): boolean {
    this.#readNames(container);
    return container.hasMethod;
  }

  /** True when it is known what the value in an object is, or that nothing says it: answers wait for the id of their question. */
  isNamed({ isNamed, named }: Container): boolean {
    return isNamed && (named !== undefined || this.#questions.isEmpty);
  }

  /** What the next value is when something behind it tells of somebody; undefined when it is nothing then either. */
  waitsForPerson(text: string): KeyRule | undefined {
    const { inPerson } = this.key ?? {};
    return inPerson !== undefined && this.#container?.isObject === true && ruleApplies(inPerson, text)
      ? inPerson
      : undefined;
  }

  /** A value is over: what its container expects, and the rule that its next element has. */
  afterValue(): void {
    const container = this.#container;
    this.atStart = false;
    this.next = container === undefined ? NEXT.value : NEXT.commaOrEnd;
    this.key = container?.key;
    this.care = container?.care ?? CARE.none;
    this.role = undefined;
  }

  /** An array or object starts; a value has to be expected. */
  open(isObject: boolean): void {
    const outer = this.#container;
    if (this.role === 'params' && outer !== undefined) this.#readNames(outer);
    if (outer !== undefined && isNoCell(outer.table, isObject)) this.key = outer.key;
    const isOfSignIn = !isObject && this.role === 'params' && outer?.isSignIn === true;
    const first = isObject ? this.key?.members?.() : (this.key?.elements?.() ?? this.key);
    const key = isOfSignIn ? SIGN_IN_PARAM : first;
    // `{"type": {"text": "Medical record number"}, "value": …}`: an object in the place of a name.
    const names = isObject && this.role === 'name' ? outer : outer?.names;
    const table = outer === undefined ? undefined : tableIn(outer, isObject, this.role);
    this.role = !isObject && outer?.isObject === false ? 'first' : undefined;
    const container = openContainer(isObject, key, names, table);
    this.#container = container;
    this.#stack.push(container);
    this.key = first;
    this.care = isOfSignIn ? careOf(first) : container.care;
    if (table !== undefined) this.#startsCell(table);
    this.next = isObject ? NEXT.keyOrEnd : NEXT.valueOrEnd;
  }

  /** The innermost container ends; it has to be one that may. */
  close(): void {
    const closed = this.#stack.pop();
    const outer = this.#stack[this.#stack.length - 1];
    this.#container = outer;
    // The parts of a name tell of somebody outside, too.
    if (closed?.isPerson === true && closed.key?.rule === RULES.personName && outer !== undefined)
      outer.isPerson = true;
    if (closed?.table !== undefined && outer !== undefined) this.#endTable(closed.table, outer);
    this.afterValue();
  }

  /** What holds for the next element of a row, or of a list of names. */
  #startsCell(table: TablePart): void {
    if (table.kind === 'names') this.role ??= 'cell';
    if (table.kind !== 'row') return;
    this.role = undefined;
    this.#takes(table.columns[table.index]);
  }

  #endTable(table: TablePart, outer: Container): void {
    if (table.kind === 'names') {
      const columns = columnsOf(table, outer.isObject, this.#classifyHeader);
      if (columns === undefined) outer.table ??= outer.isObject ? undefined : NO_TABLE;
      else
        outer.table = outer.isObject
          ? { kind: 'beside', columns, isMoved: false }
          : { kind: 'rows', columns, hasObjects: table.hasObjects };
    } else if (table.kind === 'beside' && !table.isMoved && outer.isObject) outer.table ??= { ...table, isMoved: true };
  }

  /** True when the innermost container is of this kind and may end here. */
  mayClose(isObject: boolean): boolean {
    const mayEnd = this.next === NEXT.commaOrEnd || this.next === (isObject ? NEXT.keyOrEnd : NEXT.valueOrEnd);
    return mayEnd && this.#container?.isObject === isObject;
  }

  /** A comma; false when none may stand here. */
  comma(): boolean {
    const container = this.#container;
    if (this.next !== NEXT.commaOrEnd || container === undefined) return false;
    this.next = container.isObject ? NEXT.key : NEXT.value;
    const { table } = container;
    if (table?.kind === 'command') this.role = 'argument';
    else if (table?.kind === 'property') {
      const key = nextPart(table);
      if (key !== undefined) this.#takes(key);
    } else if (table !== undefined && (table.kind === 'names' || table.kind === 'row')) {
      table.index += 1;
      this.#startsCell(table);
    }
    return true;
  }

  /** The name of a member: what it says by itself, with its {@link signsOf}, and what it is to its neighbours. */
  named(own: KeyRule | undefined, role: PairRole | undefined, signs = signsOf(own)): void {
    const container = this.#container;
    this.key = own ?? container?.key;
    this.care = own === undefined ? (container?.care ?? CARE.none) : ((signs & CARES) as Care);
    this.role = role;
    this.next = NEXT.colon;
    if (signs > CARES && own !== undefined && container !== undefined) this.#besidePerson(own, container);
    if (role === undefined || container === undefined) return;
    if (role === 'variables' && container.variables !== undefined) this.#takes(container.variables);
    const isValue = this.#isValue(role);
    if (!isValue && role !== 'docnumber' && role !== 'change') return;
    this.#readNames(container);
    if (role === 'docnumber' && container.document !== undefined) this.#takes(container.document);
    const beside = container.named ?? container.document;
    const said = isValue
      ? (beside ?? (role === 'value' ? container.more?.title : undefined))
      : this.#changed(role, beside);
    if (said !== undefined && (this.key === undefined || isSureOfNothing(this.key))) this.#takes(said);
  }

  #isValue(role: PairRole): boolean {
    return isValueRole(role) || (role === 'answer' && !this.#questions.isEmpty);
  }

  /** What a member says that tells what became of a value: nothing, where it isn't told of which. */
  #changed(role: PairRole, named: KeyRule | undefined): KeyRule | undefined {
    return role === 'change' && named !== undefined && !isSureOfNothing(named) ? named : undefined;
  }

  #besidePerson(own: KeyRule, container: Container): void {
    if (own.tellsOfPerson === true) container.isPerson = true;
    if (container.isPerson && own.inPerson !== undefined) this.#takes(own.inPerson);
  }

  #takes(key: KeyRule | undefined): void {
    if (key === undefined) return;
    this.key = key;
    this.care = careOf(key);
  }

  /**
   * The string that has just been read may be the name of the value beside it, or of the object around.
   * @returns what it says about the value beside it
   */
  namesValue(text: string): KeyRule | undefined {
    const container = this.#container;
    const { role } = this;
    if (container === undefined || role === undefined || (role === 'id' && ID_DIGITS.test(text))) return undefined;
    if (role === 'cell') {
      this.#namesColumn(container, text);
      return undefined;
    }
    if (container.names !== undefined && role !== 'name') this.#namesOuter(container.names, text, role);
    this.#readNames(container);
    return this.#readName(text, role, container);
  }

  /** The same, for whom it is enough to know it when the value comes. */
  mayNameValue(text: string): void {
    const container = this.#container;
    const { role } = this;
    const isPlain = container?.names === undefined && container?.table === undefined;
    if (container === undefined || role === undefined || !isPlain) {
      this.namesValue(text);
      return;
    }
    const unread = (container.unread ??= []);
    unread.push({ text, role });
    if (unread.length === MAX_UNREAD) this.#readNames(container);
  }

  #readNames(container: Container): void {
    const { unread } = container;
    if (unread === undefined) return;
    container.unread = undefined;
    for (const { text, role } of unread) this.#readName(text, role, container);
  }

  #readName(text: string, role: PairRole, container: Container): KeyRule | undefined {
    if (role === 'method') {
      container.hasMethod = true;
      container.isSignIn = SIGN_IN.test(text);
    }
    if (role === 'doctype') {
      const type = nameInLabel(text);
      if (type !== undefined) container.document = documentRule(type, this.#classifyHeader);
      return container.document;
    }
    if (role === 'kind') this.#readKind(text, container);
    if (role === 'title') this.#readTitle(text, container);
    if (role === 'path' || role === 'operation') return this.#readPath(text, role, container);
    if (role !== 'name' && role !== 'id') return undefined;
    const rule = this.#ruleOf(text);
    const key = rule && (role === 'name' ? pairRule(rule) : idRule(rule));
    this.#tellsColumn(container, text, rule);
    if (role === 'id') this.#questions.note(container, { id: text });
    if (role === 'id' && key === undefined) return undefined;
    return this.#isNamed(container, key);
  }

  #ruleOf(label: string): KeyRule | undefined {
    const name = nameInLabel(label);
    return name === undefined ? undefined : this.#classifyHeader(name);
  }

  /** What stands in the object is named; undefined by a name that says nothing. */
  #isNamed(container: Container, key: KeyRule | undefined): KeyRule | undefined {
    container.isNamed = true;
    if (container.named === undefined || isSureOfNothing(container.named)) container.named = key ?? container.named;
    return key;
  }

  /** In an object of Kubernetes: a Secret is nothing but data that nobody may see. */
  #readKind(text: string, container: Container): void {
    if (text === 'Secret') container.named = SECRET_DATA;
    else if (text === 'v1') container.named ??= MAYBE_SECRET_DATA;
    else if (container.named === MAYBE_SECRET_DATA) container.named = undefined;
  }

  #readTitle(text: string, container: Container): void {
    const rule = this.#ruleOf(text);
    const { table } = container;
    if (table?.kind === 'column') this.#tellsColumn(container, text, rule);
    const title = rule && titleRule(rule);
    if (title !== undefined) this.#questions.note(container, { title });
  }

  /** In an operation on a document its path is the name of the value. */
  #readPath(text: string, role: PairRole, container: Container): KeyRule | undefined {
    const more = (container.more ??= {});
    if (role === 'path') more.path = text;
    else more.isOperation = isOperation(text);
    if (more.path === undefined || more.isOperation !== true) return undefined;
    return this.#isNamed(container, pathRule(more.path, this.#classifyHeader));
  }

  #namesColumn({ table }: Container, text: string): void {
    if (table?.kind === 'names') table.texts[table.index] = text;
  }

  /** In an object that tells of a column: what says something about it counts, else what comes first. */
  #tellsColumn({ table }: Container, text: string, rule: KeyRule | undefined): void {
    if (table?.kind !== 'column') return;
    const { texts, index } = table.names;
    const known = texts[index];
    const saysMore = rule !== undefined && !isSureOfNothing(rule);
    if (known === undefined || (saysMore && this.#classifyHeader(known) === undefined)) texts[index] = text;
  }

  /** An argument of a command may be an option, and name the next. */
  optionNext(text: string): void {
    const container = this.#container;
    if (container?.isObject !== false) return;
    const command = container.table?.kind === 'command' ? container.table.command : undefined;
    this.#takes((command && passwordBehind(text, command)) ?? optionRule(text, this.#classifyHeader));
  }

  /** The argument of a command that has just been read may be an option with a password in it, or say which command it is. */
  takesArgument(text: string): void {
    const container = this.#container;
    if (container?.isObject !== false) return;
    const { table } = container;
    if (table?.kind === 'command') this.#takes(joinedPassword(text, table.command));
    container.table = listOf(text, table);
  }

  /** After the first element of a list in a list: it may be the name of the second. */
  namesNext(text: string): void {
    const container = this.#container;
    if (container !== undefined && isContact(text)) container.table = { kind: 'contact' };
    const { table } = container ?? {};
    if (table?.kind === 'names') table.texts[0] = text;
    if (table?.kind === 'property') this.#takes(namesProperty(table, text, this.#classifyHeader));
    if (table?.kind === 'property' || table?.kind === 'contact') return;
    const rule = this.#ruleOf(text);
    if (rule !== undefined && !isSureOfNothing(rule)) this.#takes(entryRule(rule));
    else if (this.key === undefined || isSureOfNothing(this.key)) this.#takes(rule);
  }

  /** A text or code in an object that stands in the place of a name is that name. */
  #namesOuter(outer: Container, text: string, role: PairRole): void {
    this.#readNames(outer);
    const asked = role === 'id' ? this.#questions.answerTo(text) : undefined;
    if (asked !== undefined) {
      this.#isNamed(outer, asked);
      return;
    }
    const rule = this.#ruleOf(role === 'id' ? nameOfCode(text) : text);
    if (rule?.applies === undefined || (outer.named !== undefined && !isSureOfNothing(outer.named))) return;
    outer.named = pairRule(rule);
    outer.isNamed = true;
  }
}
