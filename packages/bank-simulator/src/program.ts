import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bicSchema, printable } from '@holdfast/schemas'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type ProfileName, profileNames, runBank } from './run-bank.ts'
import { leave, type SetupPaths } from './set-up.ts'

export interface Surroundings {
  readonly url: string
  readonly dataDir: string
  readonly directory: string | undefined
  readonly secrets: string | undefined
  write(line: string): void
  /** Resolves when the person wants it to stop. */
  interrupted(): Promise<void>
}

interface BankOptions {
  readonly country: string
  readonly profile: ProfileName
  readonly url: string
  readonly desk?: string
  readonly port: number
  readonly bic?: string
  readonly format: 'json' | 'iso20022'
  readonly pace?: number
  readonly onward: string
  readonly forget?: true
}

const after = `
Profiles:
  prompt    takes the order, holds everything, returns it once an authority has confirmed the hold
  slow      says for long that it is not done yet, holds and returns in parts
  partial   holds 20 %; the rest has moved on to another country, where the engine asks next
  mistaken  reports too much, takes that answer back with its reason, and holds what is there: 60 %
  silent    never answers
  hostile   repeats, contradicts itself, names what is not there, sends bombs; only what it holds may count

Environment:
  HOLDFAST_URL    where the engine listens (default http://127.0.0.1:8080)
  HOLDFAST_DATA   data directory of a development engine on this machine (default .holdfast)

Examples, with \`npm start\` running in another terminal:
  npm run bank -- --country TL
  npm run bank -- --country TL --profile partial --onward AE
  npm run bank -- --country TL --bic KMNSTLDL --format json --pace 0
  npm run bank -- --country TL --forget
and then, in a third:
  npx holdfast submit request.json --member SG
`

/** The bank's command line. */
export function buildProgram(around: Surroundings): Command {
  return new Command('bank')
    .description('A simulated bank: takes the orders of a development engine and answers them.')
    .requiredOption('--country <country>', 'whose orders it takes, such as TL', parseCountry)
    .addOption(new Option('--profile <profile>', 'what it does with an order').choices(profileNames).default('prompt'))
    .option('--url <url>', 'where answers go', around.url)
    .option('--desk <url>', 'where requests are looked at, where that is another address')
    .option('--port <port>', 'where it listens; 0 takes any free port', parsePort, 0)
    .option('--bic <bic>', 'which bank it is; without one it is every bank of the country that has no other entry', parseBic)
    .addOption(new Option('--format <format>', 'what it speaks').choices(['iso20022', 'json']).default('iso20022'))
    .option('--pace <seconds>', 'how long it takes for a thing (default: by its profile)', parseSeconds)
    .option('--onward <country>', 'where money went that is not here', parseCountry, 'AE')
    .option('--forget', 'takes it out of the directory and ends')
    .addHelpText('after', after)
    .showHelpAfterError('Say "npm run bank -- --help" for what can be said.')
    .exitOverride()
    .action((given: BankOptions) => run(given, around))
}

async function run(given: BankOptions, around: Surroundings): Promise<void> {
  const { country, bic, profile } = given
  const dataDir = resolve(around.dataDir)
  const place: SetupPaths = {
    directory: around.directory ?? join(dataDir, 'directory.json'),
    secrets: around.secrets ?? join(dataDir, 'webhook-secrets'),
  }
  const identity = { country, bic }
  if (given.forget) {
    leave(identity, place)
    around.write(`the directory has no entry for it any more: ${place.directory}`)
    return
  }
  mkdirSync(place.secrets, { recursive: true, mode: 0o700 })
  const bank = await runBank({
    ...identity,
    profile,
    url: given.url,
    deskUrl: given.desk ?? given.url,
    port: given.port,
    format: given.format,
    paceMs: given.pace === undefined ? undefined : given.pace * 1000,
    onward: given.onward,
    dataDir,
    place,
    tell: line => around.write(`${new Date().toTimeString().slice(0, 8)} ${printable(line).replaceAll('\n', ' ')}`),
  })
  around.write(`${bic ?? `The banks of ${country}`}, ${profile}: takes orders at ${bank.url}, answers to ${given.url}. Ctrl-C ends it.`)
  await around.interrupted()
  await bank.stop()
  around.write('Stopped. Orders wait until it runs again; --forget takes it out of the directory.')
}

/** What the engine or a document says can't change the terminal it is shown on. */
function parseCountry(text: string): string {
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase()
  throw new InvalidArgumentError('It must be an ISO 3166-1 alpha-2 code, such as TL.')
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a port, or 0.')
}

function parseBic(text: string): string {
  if (bicSchema.safeParse(text).success) return text
  throw new InvalidArgumentError('It must be a BIC of 8 or 11 characters.')
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (text !== '' && seconds >= 0 && seconds <= 3600) return seconds
  throw new InvalidArgumentError('It must be 0 to 3600 seconds.')
}
