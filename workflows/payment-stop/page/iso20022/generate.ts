import { writeDocuments } from '../../../../docs/write-documents.ts'
import { mappingPage } from './mapping-page.ts'

// Writes docs/reference/iso20022.md. With --check it compares it instead, and exits with 1 on a difference.

writeDocuments({ 'reference/iso20022.md': mappingPage() })
