import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Each command is loaded on demand, so that no command loads the modules of another. */
const commands: Readonly<Record<string, () => Promise<(terminal: Terminal) => Command>>> = {
  check: async () => (await import('./payment-stops/check.ts')).checkCommand,
  convert: async () => (await import('./payment-stops/convert.ts')).convertCommand,
  submit: async () => (await import('./requests/submit.ts')).submitCommand,
  watch: async () => (await import('./requests/watch.ts')).watchCommand,
  async show() {
    const [{ showCommand }, { describeWhole }] = await Promise.all([
      import('./requests/show.ts'),
      import('./payment-stops/describe-whole.ts'),
    ])
    return terminal => showCommand(terminal, { describeWhole })
  },
  case: async () => (await import('./payment-stops/case.ts')).caseCommand,
  async alerts() {
    const [{ alertsCommand }, { describeParties }] = await Promise.all([
      import('./requests/alerts.ts'),
      import('./payment-stops/describe-parties.ts'),
    ])
    return terminal => alertsCommand(terminal, { describeParties })
  },
  async act() {
    const [{ actCommand }, { describeRequest }, { paymentStop: workflow }] = await Promise.all([
      import('./acts/act.ts'),
      import('./payment-stops/describe-request.ts'),
      import('@holdfast/payment-stop'),
    ])
    return terminal => actCommand(terminal, { workflow, describeRequest })
  },
  export: async () => (await import('./exports/export.ts')).exportCommand,
  async replay() {
    const [{ replayCommand }, { requestsTable }, { paymentStop: workflow }] = await Promise.all([
      import('./exports/replay.ts'),
      import('./payment-stops/requests-table.ts'),
      import('@holdfast/payment-stop'),
    ])
    return terminal => replayCommand(terminal, { workflow, tableOf: views => requestsTable(views as readonly PaymentStopView[]) })
  },
  async verify() {
    const [{ verifyCommand }, signed, { paymentStop }] = await Promise.all([
      import('./exports/verify.ts'),
      import('./payment-stops/signed-data.ts'),
      import('@holdfast/payment-stop'),
    ])
    return terminal => verifyCommand(terminal, { ...paymentStop, ...signed })
  },
  witness: async () => (await import('./proof/witness.ts')).witnessCommand,
  'engine-keys': async () => (await import('./signatures/engine-keys.ts')).engineKeysCommand,
  token: async () => (await import('./tokens/token.ts')).tokenCommand,
  sign: async () => (await import('./signatures/sign.ts')).signCommand,
  keygen: async () => (await import('./tokens/keygen.ts')).keygenCommand,
  'dead-letters': async () => (await import('./operating/dead-letters.ts')).deadLettersCommand,
  parked: async () => (await import('./operating/parked.ts')).parkedCommand,
  redrive: async () => (await import('./operating/parked.ts')).redriveCommand,
  'rebuild-view': async () => (await import('./operating/rebuild-projection.ts')).rebuildProjectionCommand,
  backup: async () => (await import('./backup/backup.ts')).backupCommand,
  restore: async () => (await import('./backup/restore.ts')).restoreCommand,
  keys: async () => (await import('./keys/command.ts')).keysCommand,
  repartition: async () => (await import('./repartition/command.ts')).repartitionCommand,
}

const after = `
Environment:
  HOLDFAST_URL     address of the engine (default http://127.0.0.1:8080)
  HOLDFAST_TOKEN   bearer token of a member, for one act, or for reading until it expires
  HOLDFAST_KEY     private key (JWK) with which --member, --role and --person sign a token for each act
  HOLDFAST_OPERATOR_TOKEN
                   bearer token of an operator, for one act of redrive and rebuild-view, or for reading: dead-letters and parked
  HOLDFAST_DATA    data directory of an engine on this machine, for development tokens (default .holdfast)

Exit codes:
  0  success
  1  negative result: refused, rejected, or not intact
  2  failed: invalid arguments, unreadable file, or engine unreachable

Examples:
  holdfast check examples/request.json
  holdfast submit examples/request.json --member SG
  holdfast watch --member TL
  holdfast alerts --member TL
  holdfast export --member SG > facts.jsonl && holdfast verify facts.jsonl
`

/** The `holdfast` command with the subcommand that the first argument names, or with all subcommands. */
export async function buildProgram(terminal: Terminal, [first = '']: readonly string[]): Promise<Command> {
  const program = new Command('holdfast')
    .description('Carries a freeze request from a member country to the money and back.')
    .addHelpText('after', after)
    .showHelpAfterError('See "holdfast help" or "holdfast COMMAND --help".')
    .configureOutput({ writeOut: text => void terminal.write(text), writeErr: text => terminal.tell(text.trimEnd()) })
    .exitOverride()
  const wanted = Object.hasOwn(commands, first) ? [commands[first]] : Object.values(commands)
  for (const load of wanted) {
    const build = await load?.()
    if (build) program.addCommand(inheriting(program, build(terminal)))
  }
  return program
}

/** Applies the settings of the parent to all subcommands, so that they report invalid arguments the same way. */
function inheriting(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent)
  for (const each of command.commands) inheriting(command, each)
  return command
}
