import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The pages of an area in the order of the sidebar. A page that is not listed follows them. */
const areas: Readonly<Record<string, readonly string[]>> = {
  start: ['what-it-is', 'quickstart', 'tutorial', 'glossary'],
  adopt: ['what-it-does', 'interpol', 'data-protection', 'cost-and-sizing', 'pilot'],
  member: ['quickstart', 'authenticate', 'bind-tokens', 'send', 'kafka', 'follow', 'dual-approval', 'errors-and-retries', 'verify'],
  bank: ['channels', 'onboard', 'webhook', 'files', 'kafka', 'answer', 'iso20022', 'go-live'],
  operate: [
    'install',
    'production',
    'cluster',
    'topology',
    'backends',
    'identity-provider',
    'directory',
    'keys',
    'backup',
    'upgrade',
    'repartition',
    'runbooks',
  ],
  desk: ['tour', 'handle-a-request', 'dual-approval', 'cases', 'sharing', 'handover'],
  reference: [
    'http',
    'topics',
    'errors',
    'request-fields',
    'states',
    'rules',
    'commands',
    'cli',
    'configuration',
    'alerts',
    'profiles',
    'directory-file',
    'iso20022',
  ],
  explain: ['architecture', 'event-model', 'delivery', 'encryption', 'transparency-log', 'guarantees', 'performance', 'threat-model'],
  contributing: [
    'add-a-command',
    'add-a-workflow',
    'add-a-rule',
    'add-a-country',
    'add-a-bank-channel',
    'testing',
    'dependencies',
    'bounds',
    'mutation',
    'promises',
  ],
}

/** The readers that a page can be for. */
export const readers: readonly string[] = [
  'everyone',
  'decision maker',
  'developer of a member system',
  'bank',
  'operator',
  'officer',
  'engineer',
  'auditor',
  'contributor',
]

export interface DocsPage {
  readonly area: string
  /** The path below `docs`. */
  readonly path: string
  readonly title: string
  readonly reader: string
  readonly task: string
  /** The test that runs the page's code blocks, from the root of the repository. */
  readonly test: string | undefined
  /** The page without its frontmatter. */
  readonly text: string
}

const docs = import.meta.dirname

/** Every page for a reader, by area and in the order of the sidebar. Decisions and test vectors are not among them. */
export const docsPages = (): DocsPage[] =>
  Object.entries(areas).flatMap(([area, order]) => {
    if (!existsSync(join(docs, area))) return []
    const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
    return readdirSync(join(docs, area))
      .filter(name => name.endsWith('.md'))
      .map(name => name.slice(0, -'.md'.length))
      .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'))
      .map(name => pageOf(area, `${area}/${name}.md`))
  })

function pageOf(area: string, path: string): DocsPage {
  const { fields, text } = splitFrontmatter(readFileSync(join(docs, path), 'utf8'))
  const title = /^# (.+)$/m.exec(text)?.[1] ?? path
  return { area, path, title, reader: fields.get('reader') ?? '', task: fields.get('task') ?? '', test: fields.get('test'), text }
}

/** The frontmatter of a page as plain `key: value` lines, and the page without it. */
export function splitFrontmatter(page: string): { fields: Map<string, string>; text: string } {
  const [whole = '', lines = ''] = /^---\n([\s\S]*?)\n---\n/.exec(page) ?? []
  const entries = lines.split('\n').map((line): [string, string] => {
    const colon = line.indexOf(':')
    const [value = ''] = line.slice(colon + 1).split(' #')
    return [line.slice(0, colon), value.trim().replace(/^["']|["']$/g, '')]
  })
  return { fields: new Map(entries), text: page.slice(whole.length) }
}

/** Words with a letter or a digit, without comments and code blocks. */
export const wordCount = (text: string): number =>
  proseOf(text)
    .split('<!--')
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('-->') + '-->'.length)))
    .join('')
    .split(/\s+/)
    .filter(word => /[\p{L}\p{N}]/u.test(word)).length

function proseOf(text: string): string {
  let isCode = false
  return text
    .split('\n')
    .filter(line => {
      const isFence = line.trimStart().startsWith('```')
      if (isFence) isCode = !isCode
      return !isCode && !isFence
    })
    .join('\n')
}
