import { writeDocuments } from '../../docs/write-documents.ts'
import { glossaryPage } from './glossary-page.ts'

// `node tests/language/generate.ts [--check]`: writes docs/glossary.md, or exits with 1 where it is not what it would be.

writeDocuments({ 'glossary.md': glossaryPage() })
