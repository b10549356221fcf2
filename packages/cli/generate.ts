import { writeDocuments } from '../../docs/write-documents.ts'
import { cliPage } from './cli-page.ts'

// Writes docs/reference/cli.md. With --check, compares it and exits with 1 if it differs.

writeDocuments({ 'reference/cli.md': await cliPage() })
