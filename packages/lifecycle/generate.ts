import { parseArgs } from 'node:util'
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import { writeDocuments } from '../../docs/write-documents.ts'
import { commandsPage } from './page/commands-page.ts'
import { lifecyclePage } from './page/lifecycle-page.ts'

// Writes reference/commands.md, lifecycle.md and lifecycle.svg into docs or the given folder. With --check it compares them instead, and exits
// with 1 on a difference.

const { positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true })
const page = lifecyclePage()
writeDocuments({ 'reference/commands.md': commandsPage() }, positionals[0])
writeDocuments({ 'lifecycle.md': page.text, 'lifecycle.svg': (await Graphviz.load()).dot(page.drawing) }, positionals[0])
