import { Command } from 'commander'
import { actCommand } from './act.ts'
import { alertsCommand } from './alerts.ts'
import { backupCommand } from './backup.ts'
import { caseCommand } from './case.ts'
import { checkCommand } from './check.ts'
import { convertCommand } from './convert.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { exportCommand } from './export.ts'
import { keygenCommand } from './keygen.ts'
import { keysCommand } from './keys/command.ts'
import { parkedCommand, redriveCommand } from './parked.ts'
import { rebuildViewCommand } from './rebuild-view.ts'
import { repartitionCommand } from './repartition/command.ts'
import { replayCommand } from './replay.ts'
import { restoreCommand } from './restore.ts'
import { showCommand } from './show.ts'
import { submitCommand } from './submit.ts'
import type { Terminal } from './terminal.ts'
import { tokenCommand } from './token.ts'
import { verifyCommand } from './verify.ts'
import { watchCommand } from './watch.ts'
import { witnessCommand } from './witness.ts'

const commands = [
  checkCommand,
  convertCommand,
  submitCommand,
  watchCommand,
  showCommand,
  caseCommand,
  alertsCommand,
  actCommand,
  exportCommand,
  replayCommand,
  verifyCommand,
  witnessCommand,
  tokenCommand,
  keygenCommand,
  deadLettersCommand,
  parkedCommand,
  redriveCommand,
  rebuildViewCommand,
  backupCommand,
  restoreCommand,
  keysCommand,
  repartitionCommand,
]

const after = `
Environment:
  HOLDFAST_URL     where the engine listens (default http://127.0.0.1:8080)
  HOLDFAST_TOKEN   bearer token of a member: for one act, or for reading while it lives
  HOLDFAST_KEY     private key (JWK) with which --member, --role and --person sign a token for each act
  HOLDFAST_OPERATOR_TOKEN
                   bearer token of an operator, for dead-letters, parked, redrive and rebuild-view
  HOLDFAST_DATA    data directory of an engine on this machine, for development tokens (default .holdfast)

Exit codes:
  0  done, and the answer is yes
  1  done, and the answer is no: refused, rejected, not intact
  2  not done: wrong words, a file that can't be read, an engine that can't be reached

Examples:
  holdfast check examples/request.json
  holdfast submit examples/request.json --member SG
  holdfast watch --member TL
  holdfast alerts --member TL
  holdfast export --member SG > facts.jsonl && holdfast verify facts.jsonl
`

/** The `holdfast` command with all that it can do. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('holdfast')
    .description('Carries a freeze request from a member country to the money and back.')
    .addHelpText('after', after)
    .showHelpAfterError('Say "holdfast help" or "holdfast COMMAND --help" for what can be said.')
    .configureOutput({ writeErr: text => terminal.tell(text.trimEnd()) })
    .exitOverride()
  for (const build of commands) program.addCommand(inheriting(program, build(terminal)))
  return program
}

/** With the commands below it: wrong words end all of them the same way. */
function inheriting(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent)
  for (const each of command.commands) inheriting(command, each)
  return command
}
