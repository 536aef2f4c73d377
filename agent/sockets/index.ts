export { type Endpoint, EndpointError, formatEndpoint, isLocal, parseEndpoint } from './endpoint.ts'
export type { TcpEndpoint, UnixEndpoint } from './endpoint.ts'
export { listen, type Listener } from './listener.ts'
export { ReceivingSocket } from './receiving-socket.ts'
