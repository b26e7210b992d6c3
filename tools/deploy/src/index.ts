export { createComposeCheck } from './compose/check-compose';
export { createDockerfilesCheck } from './dockerfiles/check-dockerfiles';
export {
  type DescribedService,
  describeServices,
  SERVICES,
  type ServiceName,
} from './services/describe-services';
