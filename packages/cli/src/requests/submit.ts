import { hash } from 'node:crypto'
import { type Client, EngineUnreachableError } from '@holdfast/client'
import { jsonLine, parseJson } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, describeRefusal, withConnection } from '../connect.ts'
import { decodeText, nameOf, readBytes } from '../input.ts'
import { Failure, type Terminal } from '../terminal.ts'

interface SubmitOptions extends ConnectOptions {
  readonly key?: string
  readonly json?: boolean
}

/** A freeze request has at most about 30 kB. The engine refuses more than this limit too. */
const fileBytesMax = 1_000_000

const after = `
Prints a receipt for each request as a line of JSON. If a file is refused, the other files are still sent and the exit code is 1.
The idempotency key is derived from the content of the file, so repeating the command creates no second request.

Examples:
  holdfast submit request.json --member SG
  holdfast submit *.json --member SG > receipts.jsonl
  jq '.caseReference = "SPF-2"' request.json | holdfast submit - --member SG
`

/** `holdfast submit FILE…`: sends freeze requests. */
export const submitCommand = (terminal: Terminal): Command =>
  withConnection(new Command('submit'))
    .description('send freeze requests')
    .argument('<files...>', 'freeze requests in JSON, or - for standard input')
    .option('--key <key>', 'the idempotency key, for one file (default: from its content)')
    .option('--json', 'refusals as lines of JSON on standard error')
    .addHelpText('after', after)
    .action(async (files: string[], options: SubmitOptions) => {
      if (options.key !== undefined && files.length > 1)
        throw new Failure('--key needs exactly one file: two requests with one key would count as one')
      const client = connect(options, terminal)
      for (const [index, file] of files.entries()) {
        try {
          await submitFile(client, file, options, terminal)
        } catch (error) {
          if (!(error instanceof EngineUnreachableError)) throw error
          const unsent = files.length - index
          throw new Failure(
            `the engine is unreachable: ${error.message}\n${unsent} of ${files.length} files have no receipt. Repeat the same command; it creates no duplicates`,
          )
        }
      }
    })

async function submitFile(client: Client, file: string, { key, json }: SubmitOptions, terminal: Terminal): Promise<void> {
  const refuse = (text: string, details: unknown) => {
    terminal.tell(json ? jsonLine({ file, refusal: details }).trimEnd() : text)
    terminal.setExitCode(1)
  }
  let bytes: Buffer
  try {
    bytes = await readBytes(file, terminal, fileBytesMax)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return refuse(error.message, { detail: error.message })
  }
  const text = bytes.length > fileBytesMax ? undefined : decodeText(bytes)
  const parsed = text === undefined ? undefined : parseJson(text)
  if (!parsed?.ok) {
    const detail = parsed?.error[0]?.message ?? `not UTF-8, or larger than ${fileBytesMax} bytes`
    return refuse(`${nameOf(file)} was not sent: ${detail}`, { detail })
  }
  const receipt = await client.submit(parsed.value, { idempotencyKey: key ?? `content-${hash('sha256', bytes).slice(0, 40)}` })
  if (receipt.ok) await terminal.write(jsonLine(receipt.value))
  else refuse(`${nameOf(file)}: ${describeRefusal(receipt.error)}`, receipt.error)
}
