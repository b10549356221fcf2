import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import { writeDocuments } from '../../../../docs/write-documents.ts'
import { alertsPage } from './alerts-page.ts'
import { commandsPage } from './commands-page.ts'
import { lifecyclePage } from './lifecycle-page.ts'

// Writes alerts.md, states.md, states.svg and commands.md into docs/reference or the given folder. With --check it compares them
// instead, and exits with 1 on a difference.

const { positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true })
const page = lifecyclePage()
const folder = positionals[0] ?? join(import.meta.dirname, '../../../../docs/reference')
writeDocuments(
  {
    'alerts.md': alertsPage(),
    'commands.md': commandsPage(),
    'states.md': page.text,
    'states.svg': (await Graphviz.load()).dot(page.drawing),
  },
  folder,
)
