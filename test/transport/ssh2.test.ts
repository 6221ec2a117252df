import { contract } from './contract.ts';

contract('ssh2');
