import { loadProfiles, type Profiles } from '@holdfast/payment-stop/law'
import { assessText, type RuleContext, type TextAssessment } from '@holdfast/payment-stop/rules'
import { readProfiles } from '@holdfast/runtime/read-profiles'
import { jsonLine } from '@holdfast/schemas'
import { Command } from 'commander'
import { decodeText, readBytes } from '../input.ts'
import { parseInstant } from '../parse-instant.ts'
import { Failure, type Terminal } from '../terminal.ts'

/** The longest text that is assessed, a million characters, is never longer than this in bytes. */
const fileBytesMax = 4_000_000

interface CheckOptions {
  readonly at?: Date
  readonly profiles?: string
  readonly json?: boolean
}

const after = `
Prints {"verdict", "findings"}. The verdict is one of malformed, reject, ask, review, pass.
Exit code 0 for pass or review, 1 for the others, 2 if the file cannot be read.

Examples:
  holdfast check request.json
  holdfast check request.json --at 2024-07-23T10:25:00+08:00
  holdfast check request.json --profiles profiles.json
  cat request.json | holdfast check -
`

/** `holdfast check FILE`: validates a freeze request without an engine. */
export const checkCommand = (terminal: Terminal): Command =>
  new Command('check')
    .description('validate a freeze request offline')
    .argument('<file>', 'the freeze request in JSON, or - for standard input')
    .option('--at <instant>', 'assess as of this instant instead of now', parseInstant)
    .option('--profiles <file>', 'use the profile file of an engine (HOLDFAST_PROFILES) instead of the defaults')
    .option('--json', 'print on one line')
    .addHelpText('after', after)
    .action(async (file: string, { at = terminal.now(), profiles, json }: CheckOptions) => {
      const context = { at, profiles: profilesOf(profiles) }
      const { verdict, findings } = assessBytes(await readBytes(file, terminal, fileBytesMax), context)
      await terminal.write(jsonLine({ verdict, findings }, json ? 0 : 2))
      if (verdict !== 'pass' && verdict !== 'review') terminal.setExitCode(1)
    })

function profilesOf(file: string | undefined): Profiles {
  if (file === undefined) return loadProfiles()
  try {
    return readProfiles(file, { loadProfiles })
  } catch (error) {
    throw new Failure((error as Error).message)
  }
}

function assessBytes(bytes: Buffer, context: RuleContext): TextAssessment {
  // A text above the limit may be cut within a character. Only its length matters then.
  const text = bytes.length > fileBytesMax ? bytes.toString('latin1') : decodeText(bytes)
  if (text === undefined) return { verdict: 'malformed', findings: [{ code: 'BAD_ENCODING', path: '', message: 'not UTF-8' }] }
  return assessText(text, context)
}
