import { type Program, unsupported } from '../shell/program.ts';

export const openstack: Program = (call) => unsupported(call, 'openstack yet');
