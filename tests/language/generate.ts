import { writeDocuments } from '../../docs/write-documents.ts'
import { glossaryPage } from './glossary-page.ts'

// `node tests/language/generate.ts [--check]`: writes docs/start/glossary.md, or exits with 1 where it is not what it would be.

writeDocuments({ 'start/glossary.md': glossaryPage() })
