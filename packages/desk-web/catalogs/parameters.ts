import { type Content, type FunctionArg, type Octothorpe, type PlainArg, parse, type Select } from '@messageformat/parser'

type Token = Content | FunctionArg | Octothorpe | PlainArg | Select

/** The TypeScript type of each parameter of a message, by its name. Throws where the message is not valid ICU MessageFormat. */
export function parametersOf(text: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>()
  addParameters(parse(text, { strict: true }), types)
  return new Map([...types].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function addParameters(tokens: readonly Token[], types: Map<string, string>): void {
  for (const token of tokens) {
    if (token.type === 'content' || token.type === 'octothorpe') continue
    // A number that decides on a plural form can stand in the text too.
    if (types.get(token.arg) !== 'number') types.set(token.arg, typeOf(token))
    if ('cases' in token) for (const each of token.cases) addParameters(each.tokens, types)
  }
}

function typeOf(token: FunctionArg | PlainArg | Select): string {
  if (token.type === 'argument') return 'string | number'
  if (token.type === 'select') return token.cases.map(({ key }) => (key === 'other' ? 'string' : `'${key}'`)).join(' | ')
  return 'number'
}

/** The plural categories that a message has forms for, once for each plural in it. */
export function pluralFormsOf(text: string): readonly (readonly string[])[] {
  const forms: string[][] = []
  const look = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (!('cases' in token)) continue
      if (token.type === 'plural') forms.push(token.cases.map(({ key }) => key))
      for (const each of token.cases) look(each.tokens)
    }
  }
  look(parse(text, { strict: true }))
  return forms
}
