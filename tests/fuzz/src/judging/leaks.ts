import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ofOthers, ofSenders } from '../world.ts'

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const anyOf = (texts: readonly string[]): RegExp => new RegExp(texts.map(escaped).join('|'), 'i')

/** Each text as a whole, and each word of it that appears in no other text. */
const wordsOf = (said: Readonly<Record<string, string>>): string[] =>
  Object.values(said).flatMap(text => [text, ...text.split(' ').filter(word => /^[A-Z]\w{9,}$|^[a-z]{12,}$/.test(word))])

const ofOtherMembers = anyOf(wordsOf(ofOthers))
const ofThoseThatSend = anyOf(wordsOf(ofSenders))

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const stack = /\bat (?:async )?[\w.<>$[\] ]{0,80}\(?(?:file:|node:|\/)[^\s"]*:\d+:\d+|node_modules|node:internal/
const paths = anyOf([root, `${tmpdir()}/`, 'file://', '/home/', '/root/', '/usr/', 'desk.sqlite', 'holdfast.sqlite'])
const sql = /SQLITE_|\b(?:SELECT|DELETE) [^"]{0,300}\bFROM\b|\bINSERT (?:OR \w+ )?INTO\b|\bUPDATE \w+ SET\b|\bPRAGMA \w/

/** Internals or other members' data in an output. Does not look for `text`, the reader's own input. */
export function leaksIn(text: string, country: string): string[] {
  const leaks: string[] = []
  const look = (what: string, pattern: RegExp) => {
    const found = pattern.exec(text)
    if (found) leaks.push(`${what}: ${text.slice(Math.max(0, found.index - 60), found.index + 120)}`)
  }
  look('reveals other members’ data', ofOtherMembers)
  if (country !== 'SG' && country !== 'TL') look('reveals data of another party', ofThoseThatSend)
  look('shows a stack', stack)
  look('shows a path', paths)
  look('shows SQL', sql)
  return leaks
}

/** Texts that a log line must not contain. */
export const personalInLog = (line: string): boolean => ofOtherMembers.test(line) || ofThoseThatSend.test(line)
