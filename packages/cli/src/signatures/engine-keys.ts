import { jsonLine } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import type { Terminal } from '../terminal.ts'

const after = `
Prints a JWK set (RFC 7517). An institution keeps it and verifies by it that an order is the engine's, whatever way it came: so get it once, over a way that you trust, and compare the kid with who runs the
engine. It stays the same for as long as the engine has its secret.

Examples:
  holdfast engine-keys --member TL --role institution > engine.jwks
  holdfast engine-keys --member TL --role institution | jq -r '.keys[].kid'
`

/** `holdfast engine-keys`: the public keys by which the engine signs orders. */
export const engineKeysCommand = (terminal: Terminal): Command =>
  withConnection(new Command('engine-keys'))
    .description('print the public keys by which the engine signs orders')
    .addHelpText('after', after)
    .action(async (options: ConnectOptions) => {
      const found = await talking(() => connect(options, terminal).engineKeys())
      if (found.ok) return terminal.write(jsonLine(found.value))
      terminal.setExitCode(1)
      terminal.tell(`holdfast: ${describeRefusal(found.error)}`)
    })
