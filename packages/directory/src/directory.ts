import { accepted, officeOf, type Problem, parseWith, type Result, refused } from '@holdfast/schemas'
import { type Channel, type DirectoryEntry, directoryFileSchema } from './directory-file.ts'

/** The recipient of an order, and its channel. */
export interface Recipient {
  readonly name: string
  readonly channel: Channel
}

/**
 * The entries of one country: by head office, by branch, by names of a service provider, and the bureau for the rest.
 */
interface CountryEntries {
  readonly byBic: ReadonlyMap<string, Recipient>
  readonly byVasp: ReadonlyMap<string, Recipient>
  readonly ncb: Recipient | undefined
}
export type Directory = ReadonlyMap<string, CountryEntries>

const vaspKeyOf = (name: string): string => name.trim().toLowerCase()

/**
 * The recipient of an order for an institution: for a wallet, the entry of its service provider; otherwise the entry of the
 * branch, the head office, or the country's NCB. Without any of these, the consumers of the country's topic, as without a
 * directory.
 */
export function recipientOf(directory: Directory, country: string, bic: string, vasp?: string): Recipient {
  const entries = directory.get(country)
  const provider = vasp === undefined ? undefined : entries?.byVasp.get(vaspKeyOf(vasp))
  if (provider) return provider
  return entries?.byBic.get(officeOf(bic)) ?? entries?.byBic.get(bic.slice(0, 8)) ?? entries?.ncb ?? readersOfTopic
}

/**
 * Whether the institution or its head office has an entry. Other orders go to the country's NCB, or to consumers of the
 * topic.
 */
export function hasInstitutionEntry(directory: Directory, country: string, bic: string): boolean {
  const byBic = directory.get(country)?.byBic
  return byBic !== undefined && (byBic.has(officeOf(bic)) || byBic.has(bic.slice(0, 8)))
}

/** The recipient of orders without another entry, in whose name orders are sent. */
export const ncbOf = (directory: Directory, country: string): Recipient | undefined => directory.get(country)?.ncb

/** A folder for orders and answers. */
export interface AnswerFolder {
  readonly country: string
  /** Of the institution; undefined for the NCB, and for a service provider without a BIC. */
  readonly bic: string | undefined
  readonly folder: string
}

/** All folders of the directory, each once. If several entries share one, the first of them is responsible. */
export function foldersOf(directory: Directory): AnswerFolder[] {
  const found = new Map<string, AnswerFolder>()
  const note = (country: string, bic: string | undefined, { channel }: Recipient) => {
    if (channel.kind === 'file' && !found.has(channel.folder)) found.set(channel.folder, { country, bic, folder: channel.folder })
  }
  for (const [country, entries] of directory) {
    for (const [bic, recipient] of entries.byBic) note(country, bic, recipient)
    for (const recipient of recipientsIn(entries)) note(country, undefined, recipient)
  }
  return [...found.values()]
}

const readersOfTopic: Recipient = { name: 'the readers of the topic', channel: { kind: 'topic' } }

/** The countries with recipients that do not read the topic. */
export const countriesWithEndpoints = (directory: Directory): ReadonlySet<string> =>
  new Set([...directory].flatMap(([country, entries]) => (recipientsIn(entries).some(isEndpoint) ? [country] : [])))

const recipientsIn = ({ byBic, byVasp, ncb }: CountryEntries) => [...byBic.values(), ...byVasp.values(), ...(ncb ? [ncb] : [])]

const isEndpoint = ({ channel }: Recipient) => channel.kind !== 'topic'

/** Checks that need more than the file. */
export interface DirectoryChecks {
  /** Whether an order may be sent without TLS. */
  readonly plainHttp: boolean
}

/** A recipient whose orders cannot be signed. */
export interface UnusableRecipient {
  readonly country: string
  readonly name: string
  readonly url: string
  /** The problem of its secrets, without their content. */
  readonly problem: string
}

/** The webhooks without a valid secret. Each affects only its own recipient, so the directory stays in force. */
export function unusableRecipients(directory: Directory, problemOfKey: (keyId: string) => string | undefined): UnusableRecipient[] {
  const found = new Map<Channel, UnusableRecipient>()
  for (const [country, entries] of directory)
    for (const { name, channel } of recipientsIn(entries)) {
      if (channel.kind !== 'webhook' || found.has(channel)) continue
      const problems = channel.keyIds.flatMap(keyId => problemOfKey(keyId) ?? [])
      if (problems.length > 0) found.set(channel, { country, name, url: channel.url, problem: problems.join('; ') })
    }
  return [...found.values()]
}

/** Parses the content of a directory file, or returns all its problems. */
export function parseDirectory(content: unknown, checks: DirectoryChecks): Result<Directory, Problem[]> {
  const parsed = parseWith(directoryFileSchema, content)
  if (!parsed.ok) return parsed
  const problems: Problem[] = []
  const directory = new Map<string, CountryEntries>()
  for (const [country, entries] of Object.entries(parsed.value.countries)) {
    const at = `/countries/${country}`
    problems.push(...entries.flatMap(({ channel }, i) => problemsOfChannel(channel, `${at}/${i}/channel`, checks)))
    directory.set(country, indexed(entries, at, problems))
  }
  return problems.length > 0 ? refused(problems) : accepted(directory)
}

function indexed(entries: readonly DirectoryEntry[], at: string, problems: Problem[]): CountryEntries {
  const byBic = new Map<string, Recipient>()
  const byVasp = new Map<string, Recipient>()
  let ncb: Recipient | undefined
  for (const [i, { name, bic, ncb: isNcb, vasp = [], channel }] of entries.entries()) {
    const recipient = { name, channel }
    for (const [n, provider] of vasp.entries()) {
      if (byVasp.has(vaspKeyOf(provider)))
        problems.push({ code: 'TWICE', path: `${at}/${i}/vasp/${n}`, message: `${provider} is there twice` })
      byVasp.set(vaspKeyOf(provider), recipient)
    }
    if (isNcb && ncb) problems.push({ code: 'TWICE', path: `${at}/${i}/ncb`, message: 'is there twice' })
    if (isNcb) ncb = recipient
    if (bic === undefined) continue
    const office = officeOf(bic)
    if (byBic.has(office)) problems.push({ code: 'TWICE', path: `${at}/${i}/bic`, message: `${bic} is there twice` })
    byBic.set(office, recipient)
  }
  return { byBic, byVasp, ncb }
}

function problemsOfChannel(channel: Channel, path: string, { plainHttp }: DirectoryChecks): Problem[] {
  if (channel.kind !== 'webhook' || plainHttp || !channel.url.startsWith('http:')) return []
  return [{ code: 'RULE', path: `${path}/url`, message: 'must be https: HOLDFAST_WEBHOOKS_PRIVATE does not allow less' }]
}
