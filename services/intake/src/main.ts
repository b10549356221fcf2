import { runService } from '@holdfast/service-kit'
import { intake } from './app.ts'

await runService(intake, process.env)
