import { contract } from './contract.ts';

contract('openssh');
