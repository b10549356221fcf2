import { writeDocuments } from '../../../../docs/write-documents.ts'
import { requestFieldsPage } from './request-fields-page.ts'

writeDocuments({ 'reference/request-fields.md': requestFieldsPage() })
