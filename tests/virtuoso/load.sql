ld_dir('{folder}', 'amip.nq', 'x');
rdf_loader_run();
checkpoint;
