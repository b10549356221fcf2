import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { buildProgram } from './src/program.ts'
import type { Terminal } from './src/terminal.ts'

/** The page of the task that a command is for, by the first word of the command. */
const taskPages: Readonly<Record<string, readonly [title: string, path: string]>> = {
  check: ['send', '../member/send.md'],
  convert: ['ISO 20022', '../bank/iso20022.md'],
  submit: ['send', '../member/send.md'],
  watch: ['follow', '../member/follow.md'],
  show: ['follow', '../member/follow.md'],
  case: ['cases', '../desk/cases.md'],
  alerts: ['alerts', 'alerts.md'],
  act: ['dual approval', '../member/dual-approval.md'],
  export: ['verify', '../member/verify.md'],
  replay: ['verify', '../member/verify.md'],
  verify: ['verify', '../member/verify.md'],
  witness: ['verify', '../member/verify.md'],
  'engine-keys': ['verify', '../member/verify.md'],
  token: ['authenticate', '../member/authenticate.md'],
  sign: ['Kafka', '../member/kafka.md'],
  keygen: ['authenticate', '../member/authenticate.md'],
  'dead-letters': ['runbooks', '../operate/runbooks.md#dead-letters'],
  parked: ['runbooks', '../operate/runbooks.md#parked-requests'],
  redrive: ['runbooks', '../operate/runbooks.md#parked-requests'],
  'rebuild-view': ['runbooks', '../operate/runbooks.md#the-desk-shows-wrong-data'],
  backup: ['backup', '../operate/backup.md'],
  restore: ['backup', '../operate/backup.md#restore'],
  keys: ['keys', '../operate/keys.md'],
  repartition: ['repartition', '../operate/repartition.md'],
}

/** A row for the page of the row above does not repeat it. */
const withoutRepeatedPages = (rows: readonly string[]): string[] => {
  const pageOf = (row = '') => row.split(' | ').at(-1)
  return rows.map((row, index) => (pageOf(row) === pageOf(rows[index - 1]) ? `${row.slice(0, row.lastIndexOf(' | '))} | |` : row))
}

/** docs/reference/cli.md: a line for each command, from the help of the commands themselves. */
export async function cliPage(): Promise<string> {
  const program = await buildProgram(noTerminal, [])
  const rows = program.commands.flatMap(command => rowsOf(command, command.name()))
  return `---
reader: everyone
task: look up a command of the command line
test: tests/docs/reference-cli.test.ts
---
# The command line

For everyone at a terminal. \`holdfast\` talks to an engine, and checks files without one. An empty *page* is that of the row above.

Made by \`npm run generate\` from the help of the commands. \`npx holdfast COMMAND --help\` shows options and examples.

| command | does | page |
|---|---|---|
${withoutRepeatedPages(rows).join('\n')}

## Environment and exit codes

\`\`\`text
${environmentIn(program)}
\`\`\`
`
}

function rowsOf(command: Command, path: string): string[] {
  const [title, page] = taskPages[path.split(' ')[0] ?? ''] ?? []
  if (title === undefined) throw new Error(`${path} has no page in packages/cli/cli-page.ts`)
  const words = command.registeredArguments.map(
    argument => ` ${argument.required ? argument.name().toUpperCase() : `[${argument.name().toUpperCase()}]`}`,
  )
  const own = `| \`${path}${words.join('')}\` | ${command.description()} | [${title}](${page}) |`
  return [own, ...command.commands.flatMap(each => rowsOf(each, `${path} ${each.name()}`))]
}

/** The parts of the help that all commands share. */
function environmentIn(program: Command): string {
  let help = ''
  const writeOut = (text: string): void => {
    help += text
  }
  program.configureOutput({ writeOut }).outputHelp()
  const start = help.indexOf('Environment:')
  const end = help.indexOf('Examples:')
  if (start < 0 || end < start) throw new Error('the help of holdfast has no environment')
  return help.slice(start, end).trim()
}

/** Commands are described, not run. */
const noTerminal: Terminal = {
  settings: { url: '', token: undefined, operatorToken: undefined, dataDir: '', environment: {} },
  write: () => Promise.resolve(),
  tell: () => undefined,
  showProgress: () => undefined,
  stdin: Readable.from([]),
  colors: { bold: text => text, dim: text => text, red: text => text },
  now: () => new Date(0),
  interruption: () => new AbortController().signal,
  setExitCode: () => undefined,
}
