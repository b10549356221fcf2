import { type Expression as Node, parseSync, Visitor } from 'oxc-parser'

/** A regular expression of the sources. */
export interface Expression {
  readonly file: string
  readonly line: number
  readonly pattern: string
  readonly flags: string
}

/** An expression that is built at run time, so that the sources do not contain it. */
export interface BuiltExpression {
  readonly file: string
  readonly line: number
  /** The argument of `RegExp`, as written. */
  readonly argument: string
}

export interface FoundExpressions {
  readonly expressions: readonly Expression[]
  readonly built: readonly BuiltExpression[]
}

type Constants = ReadonlyMap<string, Node>

/**
 * Finds each literal and each `RegExp(…)` in TypeScript or JavaScript. Resolves templates, sums and constants of the
 * same file in an argument. Throws where the text cannot be parsed.
 */
export function findExpressions(file: string, text: string): FoundExpressions {
  const { program, errors } = parseSync(file, text)
  const [error] = errors
  if (error) throw new Error(`${file}: ${error.message}`)
  const expressions: Expression[] = []
  const built: BuiltExpression[] = []
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length
  const constants = constantsOf(program, text)

  function noteBuilt(node: Node): void {
    if (!isRegExpCall(node)) return
    const [argument] = node.arguments
    const expression = expressionOf(node, constants)
    const place = { file, line: lineOf(node.start) }
    if (expression) expressions.push({ ...place, ...expression })
    else built.push({ ...place, argument: argument ? text.slice(argument.start, argument.end) : '' })
  }
  new Visitor({
    Literal(node) {
      if ('regex' in node) expressions.push({ file, line: lineOf(node.start), pattern: node.regex.pattern, flags: node.regex.flags })
    },
    NewExpression: noteBuilt,
    CallExpression: noteBuilt,
  }).visit(program)
  return { expressions, built }
}

/** The `const` declarations of a file. Leaves out a name that is declared twice, because scopes are not resolved. */
function constantsOf(program: Parameters<Visitor['visit']>[0], text: string): Constants {
  const found = new Map<string, Node>()
  const others = new Set<string>()
  const noteOthers = ({ start, end }: Span): void => {
    for (const [word] of text.slice(start, end).matchAll(/[\w$]+/g)) others.add(word)
  }
  const noteParameters = ({ params }: { readonly params: readonly Span[] }): void => params.forEach(noteOthers)
  new Visitor({
    VariableDeclaration({ kind, declarations }) {
      for (const { id, init } of declarations) {
        if (id.type === 'Identifier' && kind === 'const' && init && !found.has(id.name)) found.set(id.name, init)
        else noteOthers(id)
      }
    },
    FunctionDeclaration: noteParameters,
    FunctionExpression: noteParameters,
    ArrowFunctionExpression: noteParameters,
    CatchClause: ({ param }) => param && noteOthers(param),
  }).visit(program)
  for (const name of others) found.delete(name)
  return found
}

interface Span {
  readonly start: number
  readonly end: number
}

type RegExpCall = Extract<Node, { type: 'NewExpression' | 'CallExpression' }>

const isRegExpCall = (node: Node): node is RegExpCall =>
  (node.type === 'NewExpression' || node.type === 'CallExpression') && node.callee.type === 'Identifier' && node.callee.name === 'RegExp'

type PatternAndFlags = Pick<Expression, 'pattern' | 'flags'>

/** The text of an expression; undefined where it is built at run time. */
function expressionOf(node: Node, constants: Constants): PatternAndFlags | undefined {
  if (node.type === 'Literal') return 'regex' in node ? { pattern: node.regex.pattern, flags: node.regex.flags } : undefined
  if (node.type === 'Identifier') return followed(node.name, constants, expressionOf)
  if (!isRegExpCall(node)) return undefined
  const [source, flags] = node.arguments
  if (!source || source.type === 'SpreadElement' || flags?.type === 'SpreadElement') return undefined
  const inner = expressionOf(source, constants)
  const pattern = inner?.pattern ?? textOf(source, constants)
  const flagText = flags ? textOf(flags, constants) : (inner?.flags ?? '')
  return pattern === undefined || flagText === undefined ? undefined : { pattern, flags: flagText }
}

/** The text of a constant; undefined for any other name. */
function textOf(node: Node, constants: Constants): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'Identifier') return followed(node.name, constants, textOf)
  if (node.type === 'TemplateLiteral') {
    const texts = node.expressions.map(each => textOf(each, constants))
    return joined(node.quasis.flatMap(({ value }, i) => [value.cooked ?? undefined, ...(i < texts.length ? [texts[i]] : [])]))
  }
  if (node.type === 'BinaryExpression' && node.operator === '+')
    return joined([textOf(node.left, constants), textOf(node.right, constants)])
  return undefined
}

const joined = (texts: readonly (string | undefined)[]): string | undefined =>
  texts.every(text => text !== undefined) ? texts.join('') : undefined

/** A constant that refers to itself is left out, so that the search ends. */
function followed<T>(name: string, constants: Constants, read: (node: Node, constants: Constants) => T): T | undefined {
  const node = constants.get(name)
  if (!node) return undefined
  const others = new Map(constants)
  others.delete(name)
  return read(node, others)
}
