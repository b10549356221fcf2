import { writeDocuments } from '../../docs/write-documents.ts'
import { configurationPage } from './configuration-page.ts'

// Writes docs/configuration.md, or with --check compares it: exit 1 when it drifted.

writeDocuments({ 'configuration.md': configurationPage() })
