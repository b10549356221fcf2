import { writeDocuments } from '../../docs/write-documents.ts'
import { promisesPage } from './promises-page.ts'

// `node tests/promises/generate.ts [--check]`: writes docs/contributing/promises.md, or exits with 1 after drift.

writeDocuments({ 'contributing/promises.md': promisesPage() })
