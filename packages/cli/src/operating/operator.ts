import { createOperatorClient, type OperatorClient, type ProblemDetails } from '@holdfast/client'
import type { Result } from '@holdfast/schemas'
import { developmentOperatorToken } from '@holdfast/trust'
import type { Command } from 'commander'
import { describeRefusal, parsePerson, talking } from '../connect.ts'
import { Failure, type Terminal } from '../terminal.ts'

export interface OperatorOptions {
  readonly url?: string
  readonly person: string
  readonly json?: boolean
}

/** The options of every command for operators. */
export const withOperator = (command: Command): Command =>
  command
    .option('--url <url>', 'address of the desk (default: HOLDFAST_URL, else http://127.0.0.1:8080)')
    .option('--person <name>', 'which operator, with the development key', parsePerson, 'cli')
    .option('--json', 'print as JSON')

/** Returns a client with the operator token that is set, or with a token of the development key. */
export function connectOperator({ url, person }: OperatorOptions, { settings, now }: Terminal): OperatorClient {
  const develop = () =>
    developmentOperatorToken(settings.dataDir, person, undefined, now()).catch(error =>
      Promise.reject(new Failure(`no token of an operator: ${(error as Error).message}; or set HOLDFAST_OPERATOR_TOKEN`)),
    )
  return createOperatorClient({ url: url ?? settings.url, token: settings.operatorToken ?? develop })
}

/** Returns the engine's answer. Prints a refusal and returns undefined. */
export async function valueOrPrint<T>(terminal: Terminal, answer: Promise<Result<T, ProblemDetails>>, prefix = ''): Promise<T | undefined> {
  const given = await talking(() => answer)
  if (given.ok) return given.value
  terminal.setExitCode(1)
  terminal.tell(`holdfast: ${prefix}${describeRefusal(given.error)}`)
  return undefined
}
