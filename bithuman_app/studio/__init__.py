"""The workshop: recordings become videos, pictures become avatars, beside the live stage.

* `video_job` says what one video is and makes it; `bake_job` does the same for avatars, `clip_job` for the
  little moving pictures of a gallery;
* `workers` runs such jobs in processes of their own, which give way to the live stage;
* `bench` keeps a worker at hand and can stop what it does at once;
* `queue` puts the videos of all users in order, bounded in number and bytes, one after the other;
* `gallery` bakes, renames, exports, imports and deletes avatars of the library; `trash` undoes a deletion;
* `uploads` says what files may be given, `folder` is where files lie until the program ends.

Nothing here knows how it is shown. Importing this package costs nothing.
"""
