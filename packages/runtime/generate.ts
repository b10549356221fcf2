import { writeDocuments } from '../../docs/write-documents.ts'
import { configurationPage } from './configuration-page.ts'

// Writes docs/reference/configuration.md. With --check, compares it and exits with 1 if it differs.

writeDocuments({ 'reference/configuration.md': configurationPage() })
