import { parseArgs } from 'node:util'
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import { writeDocuments } from '../../docs/write-documents.ts'
import { lifecyclePage } from './page/lifecycle-page.ts'

// Writes lifecycle.md and lifecycle.svg into docs or the folder that is named, or with --check compares them: exit 1 when one drifted.

const { positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true })
const page = lifecyclePage()
writeDocuments({ 'lifecycle.md': page.text, 'lifecycle.svg': (await Graphviz.load()).dot(page.drawing) }, positionals[0])
