<?php

// The front controller of an application with the routes of a Beanstalk worker, as php-fpm runs it.

require dirname(__DIR__).'/bootstrap/autoload.php';

use Illuminate\Contracts\Http\Kernel;
use Illuminate\Http\Request;
use Illuminate\Queue\Jobs\Job;
use Illuminate\Queue\WorkerOptions;

$app = require dirname(__DIR__).'/bootstrap/app.php';
$app->singleton(Kernel::class, Illuminate\Foundation\Http\Kernel::class);

$app['router']->post('/worker/queue', function (Request $request) use ($app) {
    $job = new class($app, $request) extends Job implements Illuminate\Contracts\Queue\Job
    {
        private $request;

        public function __construct($app, Request $request)
        {
            $this->container = $app;
            $this->connectionName = 'sqsd';
            $this->queue = $request->header('X-Aws-Sqsd-Queue');
            $this->request = $request;
        }

        public function getJobId()
        {
            return $this->request->header('X-Aws-Sqsd-Msgid');
        }

        public function getRawBody()
        {
            return $this->request->getContent();
        }

        public function attempts()
        {
            return (int) $this->request->header('X-Aws-Sqsd-Receive-Count');
        }
    };
    $app['queue.worker']->process('sqsd', $job, new WorkerOptions());

    return response('')->header('X-Job', $job->getJobId());
});
$app['router']->post('/worker/schedule', function (Request $request) {
    file_put_contents(storage_path('schedule'), $request->header('X-Aws-Sqsd-Taskname')."\n", FILE_APPEND);
});

$response = $app[Kernel::class]->handle($request = Request::capture());
$response->send();
$app[Kernel::class]->terminate($request, $response);
