<?php

// What Composer would have made: Debian's framework, and the application's own classes.
require 'Illuminate/autoload.php';

spl_autoload_register(function ($class) {
    $file = dirname(__DIR__).'/app/'.str_replace('\\', '/', substr($class, strlen('App\\'))).'.php';
    if (strncmp($class, 'App\\', strlen('App\\')) === 0 && is_file($file)) {
        require $file;
    }
});
