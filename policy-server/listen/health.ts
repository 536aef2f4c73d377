import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'

/** HealthCheckResponse { status: SERVING }: field 1, varint 1. */
const serving = Buffer.of(0x08, 0x01)

/** grpc.health.v1 (gRPC health checking protocol), as far as load balancers ask: Check, of the server as a whole. */
export const healthService: ServiceDefinition = {
  Check: {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: () => ({}),
    responseSerialize: () => serving,
    responseDeserialize: () => undefined,
  },
}

/** A server that answers at all is serving: it listens only after everything else has started. */
export const healthHandlers: UntypedServiceImplementation = {
  Check: (_call: unknown, answer: (error: null, response: object) => void) => {
    answer(null, {})
  },
}
