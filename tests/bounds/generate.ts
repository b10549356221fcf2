import { writeDocuments } from '../../docs/write-documents.ts'
import { boundsPage } from './bounds-page.ts'

// `node tests/bounds/generate.ts [--check]`: writes docs/contributing/bounds.md, or exits with 1 after drift.

writeDocuments({ 'contributing/bounds.md': boundsPage() })
