import { runService } from '@holdfast/service-kit'
import { validation } from './app.ts'

await runService(validation, process.env)
