import { loadPackageDefinition, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import type * as admin from './generated/bootlatch/v1/Admin.ts'
import type * as boot from './generated/bootlatch/v1/Boot.ts'
import type * as join from './generated/bootlatch/v1/Join.ts'
import type * as virtualTpm from './generated/bootlatch/v1/VirtualTpm.ts'
import { descriptor } from './generated/descriptor.ts'
import { loaderOptions } from './loader-options.ts'

interface ClientConstructor<Client, Definition> {
  new (address: string, credentials: ChannelCredentials, options?: ChannelOptions): Client
  readonly service: Definition
}

// The descriptor is a constant of the build: the shape stated here is the one generated beside it.
const { v1 } = (
  loadPackageDefinition(fromJSON(descriptor, loaderOptions)) as unknown as {
    readonly bootlatch: {
      readonly v1: {
        readonly Admin: ClientConstructor<admin.AdminClient, admin.AdminDefinition>
        readonly Boot: ClientConstructor<boot.BootClient, boot.BootDefinition>
        readonly Join: ClientConstructor<join.JoinClient, join.JoinDefinition>
        readonly VirtualTpm: ClientConstructor<virtualTpm.VirtualTpmClient, virtualTpm.VirtualTpmDefinition>
      }
    }
  }
).bootlatch

/** Client of the operators' service. */
export const AdminClient = v1.Admin
export type AdminClient = admin.AdminClient
/** What a server of it must implement, and its definition for `Server.addService`. */
export type AdminHandlers = admin.AdminHandlers
export const adminService = v1.Admin.service

/** Client of the two gates. */
export const BootClient = v1.Boot
export type BootClient = boot.BootClient
export type BootHandlers = boot.BootHandlers
export const bootService = v1.Boot.service

/** Client of enrolment. */
export const JoinClient = v1.Join
export type JoinClient = join.JoinClient
export type JoinHandlers = join.JoinHandlers
export const joinService = v1.Join.service

/** Client of one virtual TPM. */
export const VirtualTpmClient = v1.VirtualTpm
export type VirtualTpmClient = virtualTpm.VirtualTpmClient
export type VirtualTpmHandlers = virtualTpm.VirtualTpmHandlers
export const virtualTpmService = v1.VirtualTpm.service
