import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DirectoryFile, directoryFileSchema } from '@holdfast/directory'
import { parseJson, parseWith } from '@holdfast/schemas'
import type { Format } from './messages.ts'

/** Which entry of the directory is this bank's. */
export interface Identity {
  readonly country: string
  /** Without one the bank takes what the country's NCB would: the orders for every institution that has no entry. */
  readonly bic: string | undefined
}

export interface SetupPaths {
  /** The directory file. */
  readonly directory: string
  /** The folder of secrets. */
  readonly secrets: string
}

/** The bank can't be set up; the message says what to do. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError'
}

const keyIdOf = ({ country, bic }: Identity) => `bank-${(bic ?? `ncb-${country}`).toLowerCase()}`

/** The secret that the engine signs this bank's deliveries with; made when it is not there. */
export function secretOf(identity: Identity, { secrets }: SetupPaths): string {
  mkdirSync(secrets, { recursive: true, mode: 0o700 })
  const path = join(secrets, keyIdOf(identity))
  if (!existsSync(path)) writeFileSync(path, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  return readFileSync(path, 'utf8').trim()
}

/** Puts the bank into the directory, in the place of what stood there for it. */
export function enter(identity: Identity, place: SetupPaths, url: string, format: Format): void {
  const { country, bic } = identity
  const channel = { kind: 'webhook' as const, url, keyIds: [keyIdOf(identity)], format }
  const entry =
    bic === undefined
      ? { name: `Simulated institutions of ${country}`, ncb: true as const, channel }
      : { name: `Simulated bank ${bic}`, bic, channel }
  change(place, identity, [entry])
}

/** Takes the bank out of the directory again. */
export const leave = (identity: Identity, place: SetupPaths): void => change(place, identity, [])

type Entries = DirectoryFile['countries'][string]

function change({ directory }: SetupPaths, { country, bic }: Identity, entries: Entries): void {
  const present = existsSync(directory) ? read(directory) : { countries: {} }
  const isOurs = (entry: Entries[number]) => (bic === undefined ? entry.ncb === true : entry.bic === bic)
  const others = (present.countries[country] ?? []).filter(entry => !isOurs(entry))
  const draft = `${directory}.${randomUUID()}.draft`
  writeFileSync(
    draft,
    `${JSON.stringify({ ...present, countries: { ...present.countries, [country]: [...others, ...entries] } }, undefined, 2)}\n`,
  )
  renameSync(draft, directory)
}

function read(path: string): DirectoryFile {
  const json = parseJson(readFileSync(path, 'utf8'))
  const parsed = json.ok ? parseWith(directoryFileSchema, json.value) : json
  if (!parsed.ok)
    throw new SetUpError(`${path} is no directory: ${parsed.error.map(({ path: at, message }) => `${at || '/'} ${message}`).join('; ')}`)
  return parsed.value
}
