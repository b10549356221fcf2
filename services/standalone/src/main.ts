import { runService } from '@holdfast/service-kit'
import { standalone } from './app.ts'

await runService(standalone, process.env)
