import { writeDocuments } from '../../docs/write-documents.ts'
import { mappingPage } from './page/mapping-page.ts'

// Writes docs/iso20022.md, or with --check compares it: exit 1 when it drifted.

writeDocuments({ 'iso20022.md': mappingPage() })
