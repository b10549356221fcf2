import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ofOthers, ofSenders } from '../world.ts'

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const anyOf = (texts: readonly string[]): RegExp => new RegExp(texts.map(escaped).join('|'), 'i')

/** Each as a whole, and each word of it that stands nowhere else. */
const wordsOf = (said: Readonly<Record<string, string>>): string[] =>
  Object.values(said).flatMap(text => [text, ...text.split(' ').filter(word => /^[A-Z]\w{9,}$|^[a-z]{12,}$/.test(word))])

const ofOtherMembers = anyOf(wordsOf(ofOthers))
const ofThoseThatSend = anyOf(wordsOf(ofSenders))

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const stack = /\bat (?:async )?[\w.<>$[\] ]{0,80}\(?(?:file:|node:|\/)[^\s"]*:\d+:\d+|node_modules|node:internal/
const paths = anyOf([root, `${tmpdir()}/`, 'file://', '/home/', '/root/', '/usr/', 'desk.sqlite', 'holdfast.sqlite'])
const sql = /SQLITE_|\b(?:SELECT|DELETE) [^"]{0,300}\bFROM\b|\bINSERT (?:OR \w+ )?INTO\b|\bUPDATE \w+ SET\b|\bPRAGMA \w/

/** What of the engine's inside, or of other members, is in a text that somebody is given; `text` of who gave it is not looked for. */
export function leaksIn(text: string, country: string): string[] {
  const leaks: string[] = []
  const look = (what: string, pattern: RegExp) => {
    const found = pattern.exec(text)
    if (found) leaks.push(`${what}: ${text.slice(Math.max(0, found.index - 60), found.index + 120)}`)
  }
  look('tells of other members', ofOtherMembers)
  if (country !== 'SG' && country !== 'TL') look('tells of who has another part', ofThoseThatSend)
  look('shows a stack', stack)
  look('shows a path', paths)
  look('shows SQL', sql)
  return leaks
}

/** What a line of the log must not have. */
export const personalInLog = (line: string): boolean => ofOtherMembers.test(line) || ofThoseThatSend.test(line)
