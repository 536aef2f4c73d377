export { addHostCommand } from './host-command.ts'
