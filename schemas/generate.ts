import { writeDocuments } from '../docs/write-documents.ts'
import { errorsPage } from './pages/errors-page.ts'

writeDocuments({ 'reference/errors.md': errorsPage() })
