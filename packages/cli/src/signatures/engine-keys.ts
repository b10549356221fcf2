import { jsonLine } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import type { Terminal } from '../terminal.ts'

const after = `
Prints a JWK set (RFC 7517). An institution stores it and verifies with it that an order comes from the engine. Get it once over a channel that you trust,
and compare the kid with the operator's. It stays the same as long as the engine keeps its secret.

Examples:
  holdfast engine-keys --member TL --role institution > engine.jwks
  holdfast engine-keys --member TL --role institution | jq -r '.keys[].kid'
`

/** `holdfast engine-keys`: the public keys with which the engine signs orders. */
export const engineKeysCommand = (terminal: Terminal): Command =>
  withConnection(new Command('engine-keys'))
    .description('print the public keys with which the engine signs orders')
    .addHelpText('after', after)
    .action(async (options: ConnectOptions) => {
      const found = await talking(() => connect(options, terminal).engineKeys())
      if (found.ok) return terminal.write(jsonLine(found.value))
      terminal.setExitCode(1)
      terminal.tell(`holdfast: ${describeRefusal(found.error)}`)
    })
