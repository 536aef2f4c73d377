export { AlreadyEnrolled, enrol, enrolAgain, type Invitation } from './enrol.ts'
export { resumeEnrolment } from './complete.ts'
export { type EnrolmentTools } from './enrolment-tools.ts'
export { addEnrolCommand } from './enrol-command.ts'
