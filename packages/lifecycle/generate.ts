import { parseArgs } from 'node:util'
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import { writeDocuments } from '../../docs/write-documents.ts'
import { lifecyclePage } from './page/lifecycle-page.ts'

// Writes lifecycle.md and lifecycle.svg into docs or the given folder. With --check it compares them instead, and exits
// with 1 on a difference.

const { positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true })
const page = lifecyclePage()
writeDocuments({ 'lifecycle.md': page.text, 'lifecycle.svg': (await Graphviz.load()).dot(page.drawing) }, positionals[0])
